#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { runConformanceCommand } from './cli/conformance-command.ts';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };

process.exitCode = await runConformanceCommand(process.argv.slice(2), {
  environment: process.env,
  version: manifest.version,
  say: (text) => void process.stdout.write(text),
  complain: (text) => void process.stderr.write(text),
});
