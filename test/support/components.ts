import type { Plugin } from 'vitest/config';

/** All that the tests need of a plugin for Svelte and Vue: their own compilers. */
export const components: Plugin = {
  name: 'components',
  async transform(code, id) {
    if (id.endsWith('.svelte')) {
      const { compile } = await import('svelte/compiler');
      return compile(code, { filename: id, generate: 'client', css: 'injected' }).js;
    }
    if (!id.endsWith('.vue')) return null;
    const { compileScript, parse } = await import('vue/compiler-sfc');
    return compileScript(parse(code, { filename: id }).descriptor, { id, inlineTemplate: true }).content;
  },
};
