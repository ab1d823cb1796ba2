/** How the pages of signing in and out look: the colours, type and space of the dashboard. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f8f9fa; --card: #fff; --line: #dee2e6; --line-strong: #868e96; --text: #212529; --quiet: #5c636a;
  --accent: #0b7285; --accent-hover: #095c6b; --on-accent: #fff; --link: #1864ab;
  --failed: #c92a2a; --failed-card: #fff5f5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #1f1f1f; --card: #242424; --line: #3b3b3b; --line-strong: #8a8a8a; --text: #e9ecef; --quiet: #a6a6a6;
    --accent: #66d9e8; --accent-hover: #99e9f2; --on-accent: #141414; --link: #74c0fc;
    --failed: #ff8787; --failed-card: #2e2323;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 16px;
  background: var(--page); color: var(--text);
  font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main {
  width: 100%; max-width: 380px; padding: 32px;
  background: var(--card); border: 1px solid var(--line); border-radius: 6px;
}
.product { display: flex; align-items: center; gap: 8px; margin: 0 0 24px; color: var(--quiet); }
.product svg { width: 24px; height: 24px; }
h1 { margin: 0 0 16px; font-size: 20px; line-height: 1.3; font-weight: 600; }
p { margin: 0 0 16px; overflow-wrap: anywhere; }
label { display: block; margin: 0 0 4px; font-weight: 600; }
input {
  width: 100%; height: 40px; margin: 0 0 16px; padding: 0 12px;
  background: var(--card); color: var(--text); border: 1px solid var(--line-strong); border-radius: 4px; font: inherit;
}
button {
  width: 100%; min-height: 40px; padding: 8px 16px; border: 1px solid var(--accent); border-radius: 4px;
  background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; cursor: pointer;
}
button:hover { background: var(--accent-hover); border-color: var(--accent-hover); }
button.second { margin-top: 8px; background: var(--card); color: var(--text); border-color: var(--line-strong); }
button.second:hover { background: var(--page); }
a { color: var(--link); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.error {
  padding: 8px 12px; background: var(--failed-card); color: var(--failed);
  border: 1px solid var(--failed); border-radius: 4px;
}
.demo { margin: 24px 0 0; padding-top: 16px; border-top: 1px solid var(--line); color: var(--quiet); }
.demo h2 { margin: 0 0 4px; font-size: 14px; font-weight: 600; color: var(--text); }
.demo p { margin: 0; }
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; color: var(--text); }
`;
