/** The page's look, in light and in dark. */
export const viewerStyle = `
:root { color-scheme: light dark; --ink: #1c2024; --paper: #fff; --quiet: #687076; --line: #d7dbdf; }
@media (prefers-color-scheme: dark) { :root { --ink: #ecedee; --paper: #151718; --quiet: #9ba1a6; --line: #3a3f42; } }
* { box-sizing: border-box; }
html, body { margin: 0; height: 100%; }
body { display: flex; flex-direction: column; background: var(--paper); color: var(--ink); font: 14px/1.45 system-ui, sans-serif; }
header { padding: 12px 16px; border-bottom: 1px solid var(--line); }
h1 { margin: 0; font-size: 18px; }
#verdict { padding: 1px 8px; border-radius: 4px; font-size: 14px; color: #fff; background: #7d5f00; }
#verdict.linearizable { background: #18794e; }
#verdict.illegal { background: #c62a2f; }
#sentence { margin: 8px 0; max-width: 90ch; }
nav { display: flex; gap: 8px; align-items: center; flex-wrap: wrap; color: var(--quiet); }
ul { display: flex; gap: 12px; margin: 0 0 0 auto; padding: 0; list-style: none; font-size: 12px; }
li::before { content: ''; display: inline-block; width: 10px; height: 10px; margin-right: 4px; background: #3e7bd6; }
li.info::before { background: #b07d00; }
li.fail::before { background: #8b8d98; }
li.core::before { background: #e5484d; }
li.support::before { background: #8e4ec6; }
li.effect::before { border: solid #3e7bd6; border-width: 0 4px; background: #fff; }
canvas { flex: 1; min-height: 0; width: 100%; cursor: grab; touch-action: none; }
#tip { position: fixed; max-width: 46ch; padding: 6px 10px; border-radius: 4px; background: var(--ink); color: var(--paper); pointer-events: none; white-space: pre-line; }
`;
