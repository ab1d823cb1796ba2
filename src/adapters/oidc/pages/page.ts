import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { type Html, html, trusted } from './html.ts';
import { STYLE } from './style.ts';

/** A whole page of the identity provider. */
export interface Page {
  title: string;
  body: Html;
}

/** The page as text. */
export const pageText = ({ title, body }: Page): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Lablet Cloud Manager</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<main>
<p class="product">${MARK} Lablet Cloud Manager</p>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`.text;

/**
 * What every answer of the provider carries. Nothing runs but scripts named by hash, nothing frames it, and forms go
 * to `formTargets` and ourselves: browsers hold where a form's answer redirects to against that as well.
 */
export function secureHeaders(response: ServerResponse, formTargets: readonly string[] = []): void {
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(STYLE)}'`,
    `script-src '${hashOf(SUBMIT_AT_ONCE)}'`,
    "img-src 'self'",
    ["form-action 'self'", ...formTargets].join(' '),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  response.setHeader('content-security-policy', policy.join('; '));
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('x-frame-options', 'DENY');
  response.setHeader('cache-control', 'no-store');
  // Not `no-referrer`: browsers would send forms with Origin null.
  response.setHeader('referrer-policy', 'same-origin');
}

/** Sends the only form of a page at once; without scripts its button does. */
export const SUBMIT_AT_ONCE = "document.forms[0].requestSubmit(document.querySelector('button'))";

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

/** The product's mark, as on the dashboard. */
const MARK = trusted(
  '<svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="6" fill="#0b7285"/><path d="M9 8v16h14" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/><circle cx="9" cy="8" r="3" fill="#fff"/><circle cx="23" cy="24" r="3" fill="#fff"/><circle cx="20" cy="11" r="3" fill="#fff"/><path d="m11.5 21.5 6.500-8.500" stroke="#fff" stroke-width="2"/></svg>',
);
