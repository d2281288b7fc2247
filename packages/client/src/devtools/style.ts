/**
 * The look of the devtools. Colours can be set from outside by the custom properties named `--latchkey-…`; the sheet is
 * constructed, so that a policy against inline styles has nothing to object to.
 */
export const style = `
:host {
  color-scheme: light dark; display: block; min-width: 0;
}
.panel {
  --card: var(--latchkey-card, light-dark(#fffdf8, #1b1e26));
  --sunk: var(--latchkey-sunk, light-dark(#f1ebdf, #15181f));
  --ink: var(--latchkey-ink, light-dark(#1e1a15, #f1ede5));
  --soft: var(--latchkey-soft, light-dark(#5f574b, #aea89d));
  --line: var(--latchkey-line, light-dark(#e0d8c9, #30343f));
  --edge: var(--latchkey-edge, light-dark(#8b8171, #747b8b));
  --access: var(--latchkey-access, light-dark(#a8480f, #f2a561));
  --week: var(--latchkey-week, light-dark(#0b6e68, #55c8ba));
  --months: var(--latchkey-months, light-dark(#474ba8, #a2a8f7));
  --good: light-dark(#1b6b3c, #7fd39d); --warn: light-dark(#865000, #f0c060); --bad: light-dark(#a52a22, #ff9d92);
  --sans: -apple-system, BlinkMacSystemFont, "Segoe UI", Inter, Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "Noto Sans Mono", "Liberation Mono", monospace;
  --sweep: 900ms cubic-bezier(.22, .8, .26, 1);
  color: var(--ink); font: 400 .9375rem/1.5 var(--sans); font-variant-numeric: tabular-nums;
}
*, *::before, *::after { box-sizing: border-box; }
p, ol, ul, figure, h2 { margin: 0; padding: 0; }
ol, ul { list-style: none; }
.soft { color: var(--soft); font-weight: 400; }
:focus-visible { outline: 3px solid var(--months); outline-offset: 2px; }

.span { --colour: var(--access); --ticks: 4; }
.span.week { --colour: var(--week); --ticks: 7; }
.span.months { --colour: var(--months); --ticks: 3; }
.head { position: relative; isolation: isolate; display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline; gap: 0 1rem; padding: 1.9rem .1rem .55rem; }
.span.access .head { padding-top: 0; }
.name { font-weight: 600; }
.left-words { font: 500 .875rem/1.5 var(--mono); color: var(--colour); }
.span.spent .left-words, .span.absent .left-words { color: var(--soft); }
.track { position: relative; height: 2rem; border-radius: 6px; forced-color-adjust: none;
  background: repeating-linear-gradient(-45deg, transparent 0 5px, color-mix(in srgb, var(--colour) 26%, transparent) 5px 6px), color-mix(in srgb, var(--colour) 7%, var(--card));
  box-shadow: inset 0 0 0 1px color-mix(in srgb, var(--colour) 50%, transparent); }
.track::after { content: ""; position: absolute; inset: 0; border-radius: 6px; opacity: .38;
  background: repeating-linear-gradient(90deg, transparent 0 calc(100% / var(--ticks) - 1px), var(--card) 0 calc(100% / var(--ticks))); }
.fill { position: absolute; inset: 0; border-radius: 6px; background: var(--colour); clip-path: inset(0 0 0 calc(var(--now, 0) * 100%) round 6px); transition: clip-path var(--sweep); }
.needle { position: absolute; z-index: 1; top: -.35rem; bottom: -.35rem; left: calc(var(--now, 0) * 100%); width: 2px; margin-left: -1px; background: var(--ink); border-radius: 1px; transition: left var(--sweep); }
.needle::before, .now-mark { border-radius: 50%; background: var(--ink); width: .5rem; height: .5rem; }
.needle::before { content: ""; position: absolute; top: -.2rem; left: calc(1px - .25rem); box-shadow: 0 0 0 2px var(--sunk); }
.now-mark { display: inline-block; margin-right: .1rem; }
.window { position: absolute; top: 0; bottom: 0; left: calc(var(--a, 0) * 100%); width: max(4px, calc((var(--b, 0) - var(--a, 0)) * 100%)); background: var(--access); box-shadow: 0 0 0 1.5px var(--sunk); border-radius: 2px; transition: left var(--sweep), width var(--sweep); }
.span.months .window { background: var(--week); }
.lens { position: absolute; z-index: -1; inset: 0; background: linear-gradient(var(--access), var(--week)); opacity: .2; transition: clip-path var(--sweep); forced-color-adjust: none;
  clip-path: polygon(0 0, 100% 0, calc(var(--b, 1) * 100%) 100%, calc(var(--a, 0) * 100%) 100%); }
.span.months .lens { background: linear-gradient(var(--week), var(--months)); }
.lens.off, .span.absent :is(.fill, .needle, .window, .track::after) { opacity: 0; }
.span.absent .track { background: none; box-shadow: none; border: 1px dashed var(--edge); }
figcaption { margin-top: .75rem; font-size: .8125rem; color: var(--soft); }

:host([view="bars"]) :is(.bar, .knobs, .outcome, .below) { display: none; }
:host(:not([view="bars"])) .panel { background: var(--sunk); border: 1px solid var(--line); border-radius: 12px; padding: .9rem 1rem 1rem; display: grid; gap: .9rem; }
.bar { display: flex; flex-wrap: wrap; gap: .2rem .8rem; align-items: baseline; }
.state { font-weight: 600; color: var(--tone, var(--soft)); }
.state::before { content: "● "; }
.panel[data-status="signed-in"] { --tone: var(--good); }
.panel[data-status="lapsed"] { --tone: var(--bad); }
.knobs { display: flex; flex-wrap: wrap; gap: .4rem; }
button { font: 500 .875rem/1.2 var(--sans); color: var(--ink); background: var(--card); min-height: 2.25rem; padding: .3rem .75rem; border: 1px solid var(--edge); border-radius: 8px; cursor: pointer; }
button:hover:enabled { border-color: var(--ink); }
button:disabled { color: var(--soft); border-style: dashed; cursor: default; }
.outcome { font-size: .8125rem; color: var(--soft); min-height: 1.2em; }
.below { display: grid; gap: .9rem; }
h2 { font: 600 .75rem/1.3 var(--sans); letter-spacing: .07em; text-transform: uppercase; color: var(--soft); margin-bottom: .3rem; }
.events { max-height: 11rem; overflow: auto; font-size: .8125rem; }
.events li { display: flex; flex-wrap: wrap; gap: 0 .6rem; padding: .2rem 0; border-bottom: 1px solid var(--line); }
.events time { font-family: var(--mono); color: var(--soft); }
.events:empty::after, .tabs:empty::after { content: "None so far."; color: var(--soft); font-size: .8125rem; }
.tabs { font-size: .8125rem; }
@media (prefers-reduced-motion: reduce) { .panel { --sweep: 0s; } }
`;
