// The widget's own few tokens, in light and dark; the page's styles cannot reach in here and these cannot reach out.

export const STYLE = `
:host { all: initial; position: fixed; right: 16px; bottom: 16px; z-index: 2147483000; font: 13px/20px Inter, system-ui, sans-serif;
  --surface: #fff; --sunken: #efefeb; --line: #d0d0c8; --ink: #16191b; --ink-2: #555c61; --bad: #c1121f; --voices: #6d3fd4; --focus: #1f6feb; color: var(--ink) }
@media (prefers-color-scheme: dark) { :host { --surface: #14181b; --sunken: #1b2024; --line: #363e45; --ink: #e9ebec; --ink-2: #a6aeb4; --bad: #ff7078; --voices: #b49bff; --focus: #5b9dff } }
* { box-sizing: border-box; font: inherit; color: inherit }
[hidden] { display: none !important }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px }
button { min-height: 32px; padding: 4px 12px; border: 1px solid var(--line); border-radius: 6px; background: var(--surface); cursor: pointer }
.open { min-height: 44px; padding: 10px 16px; font-weight: 500; box-shadow: 0 2px 8px rgb(0 0 0 / 12%) }
.primary { background: var(--ink); border-color: var(--ink); color: var(--surface); font-weight: 500 }
.primary[disabled] { opacity: .6; cursor: default }
.card { width: min(340px, calc(100vw - 32px)); margin-bottom: 12px; padding: 16px; border: 1px solid var(--line); border-radius: 8px; background: var(--surface); box-shadow: 0 8px 24px rgb(0 0 0 / 14%) }
.row { display: flex; align-items: center; gap: 8px; flex-wrap: wrap }
.row > :first-child { flex: 1 }
h2 { margin: 0; font-size: 15px; font-weight: 600 }
textarea, input { width: 100%; padding: 8px 10px; border: 1px solid var(--line); border-radius: 6px; background: var(--surface) }
textarea { min-height: 84px; margin: 10px 0 8px; resize: vertical }
input { min-height: 32px }
.chips { display: flex; gap: 8px; flex-wrap: wrap; margin-bottom: 10px }
.chip { padding: 1px 6px; border-radius: 5px; background: var(--sunken); color: var(--ink-2); font-size: 12px; font-weight: 500 }
.chip button { min-height: 20px; padding: 0 2px; border: 0; background: none }
.x { min-width: 32px; border: 0; background: none }
.wrong { margin: 8px 0 0; color: var(--bad) }
.faint { color: var(--ink-2); font-size: 12px }
.quote { margin: 8px 0; padding-left: 10px; border-left: 2px solid var(--voices); overflow-wrap: anywhere }
ol { display: flex; gap: 4px 12px; flex-wrap: wrap; margin: 8px 0 0; padding: 0; list-style: none; color: var(--ink-2) }
li::before { content: "✓ " }
li[aria-current] { color: var(--ink); font-weight: 600 }
li[aria-current]::before { content: "● " }
@media (max-width: 480px) { :host { right: 8px; bottom: 8px } }
`;
