/** The page's only style: no font, picture or script is fetched from anywhere. */
export const pageStyle = `
:root { color-scheme: light dark; --ink: #1c2128; --quiet: #57606a; --paper: #ffffff; --panel: #f6f8fa; --line: #d0d7de;
  --pass: #116329; --pass-paper: #dafbe1; --fail: #a40e26; --fail-paper: #ffebe9; --warn: #7d4e00; --warn-paper: #fff8c5; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --quiet: #9198a1; --paper: #0d1117; --panel: #161b22; --line: #30363d;
    --pass: #56d364; --pass-paper: #12261e; --fail: #ff7b72; --fail-paper: #2d1215; --warn: #e3b341; --warn-paper: #272115; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.25rem; margin: 0 0 1rem; font-weight: 600; }
h2 { font-size: 1.05rem; margin: 2.25rem 0 .6rem; font-weight: 600; }
p { margin: .35rem 0; }
.quiet { color: var(--quiet); }
.verdict { border: 1px solid var(--line); border-left-width: 6px; border-radius: 6px; padding: 1rem 1.25rem; background: var(--panel); }
.verdict strong { font-size: 1.6rem; letter-spacing: .04em; }
.verdict.pass { border-left-color: var(--pass); } .verdict.pass strong { color: var(--pass); }
.verdict.fail { border-left-color: var(--fail); } .verdict.fail strong { color: var(--fail); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; color: var(--quiet); font-size: .85rem; }
td.value { overflow-wrap: anywhere; }
tbody th { font-weight: 400; width: 14rem; }
.badge { display: inline-block; padding: 0 .5rem; border-radius: 1rem; font-size: .8rem; font-weight: 600; white-space: nowrap;
  border: 1px solid var(--line); color: var(--quiet); }
.badge.pass { color: var(--pass); background: var(--pass-paper); border-color: transparent; }
.badge.fail, .badge.error { color: var(--fail); background: var(--fail-paper); border-color: transparent; }
.badge.warn, .badge.warning { color: var(--warn); background: var(--warn-paper); border-color: transparent; }
svg { width: 100%; max-width: 40rem; height: auto; }
svg text { fill: var(--quiet); font-size: 12px; }
svg .axis { stroke: var(--line); } svg .interval { stroke: var(--quiet); stroke-width: 12; stroke-opacity: .5; }
svg .point { fill: var(--ink); } svg .limit { stroke: var(--fail); stroke-dasharray: 4 3; } svg .one { stroke: var(--quiet); }
h3 { font-size: .95rem; margin: 1.25rem 0 .2rem; font-weight: 600; }
.tokens { white-space: pre-wrap; overflow-wrap: anywhere; font: .9rem/1.7 ui-monospace, monospace; border: 1px solid var(--line);
  border-radius: 6px; padding: .5rem .75rem; }
.tokens span { border-radius: 2px; }
.worse1 { background: rgb(255 77 61 / .15); } .worse2 { background: rgb(255 77 61 / .35); } .worse3 { background: rgb(255 77 61 / .65); }
.better1 { background: rgb(46 160 67 / .15); } .better2 { background: rgb(46 160 67 / .35); } .better3 { background: rgb(46 160 67 / .6); }
code { font-size: .9em; }
@media print { main { padding: 0; max-width: none; } h2 { break-after: avoid; } tr { break-inside: avoid; } }
`;
