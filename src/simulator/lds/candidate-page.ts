import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { devicesOf, isReachable } from './candidate-devices.ts';
import type { DeviceAccess } from './device-access.ts';
import { type Html, html } from './html.ts';
import { candidateName, type LdsDevice, type LdsSession, mayEdit } from './session.ts';

/** What a page shows. */
export interface CandidateView {
  session: LdsSession;
  /** The path of the launch URL. */
  base: string;
  /** Milliseconds since the epoch. */
  now: number;
  devices: DeviceAccess;
  /** The device that is open for editing. */
  editor?: Editor;
}

interface Editor {
  label: string;
  configuration: string;
  /** True right after a change was applied. */
  applied: boolean;
}

/** The page behind the launch URL: welcome, lab, pause or good-bye, by the session's state. */
export function candidatePage(view: CandidateView): Html {
  const { session } = view;
  if (mayEdit(session)) return page(view, 'Your lab', labBody(view));
  if (session.state === 'PAUSED') {
    return page(
      view,
      'Paused',
      notice('Your lab is paused', 'It goes on as soon as your proctor resumes it.'),
    );
  }
  const isWaiting = session.state === 'PENDING' || session.state === 'PRELAUNCH';
  if (isWaiting && !session.accessClosed) return page(view, 'Welcome', welcomeBody(view));
  if (session.state === 'EMPTY') {
    return page(view, 'Not ready', notice('Your lab is not ready yet', 'Please come back in a few minutes.'));
  }
  return page(
    view,
    'Finished',
    notice('Your lab is finished', 'Your work has been handed in. You may close this page.'),
  );
}

/** Asks once more before the lab is handed in. */
export function finishPage(view: Omit<CandidateView, 'devices'>): Html {
  return page(
    view,
    'Finish?',
    html`<section class="card">
      <h2>Finish your lab?</h2>
      <p>Your work is handed in as it is now. You cannot come back to it.</p>
      <form method="post" action="${view.base}/finish" class="row">
        <button class="danger">Yes, hand in my work</button>
        <a class="button quiet" href="${view.base}">No, go on working</a>
      </form>
    </section>`,
  );
}

/** Says what went wrong; the browser's way back keeps what was typed. */
export function problemPage(message: string): Html {
  return shell(
    'Problem',
    html`<main><section class="card" role="alert"><h1>That did not work</h1><p>${message}</p>
    <p>Go back in your browser to try again.</p></section></main>`,
  );
}

function page({ session, base, now }: Omit<CandidateView, 'devices'>, title: string, body: Html): Html {
  const form = session.parts[0]?.form_qualified_name ?? 'Lab';
  const end = session.request.scheduled_end;
  const left = end === undefined ? undefined : Math.max(0, Math.ceil((Date.parse(end) - now) / 1_000));
  return shell(
    `${title} – ${form}`,
    html`<header>
      <div><h1>${form}</h1><p>${candidateName(session)}</p></div>
      ${
        mayEdit(session) &&
        left !== undefined &&
        html`<p class="time">Time left
        <strong role="timer" id="time" data-seconds="${left}">${clockText(left)}</strong></p>`
      }
    </header>
    <main data-status="${base}/status" data-state="${session.state}" data-end="${end ?? ''}">${body}</main>`,
  );
}

function welcomeBody({ session, base, now }: CandidateView): Html {
  const end = session.request.scheduled_end;
  const minutes = end === undefined ? undefined : Math.max(0, Math.floor((Date.parse(end) - now) / 60_000));
  const count = devicesOf(session).length;
  return html`<section class="card">
    <h2>Welcome, ${candidateName(session)}</h2>
    <p>Your lab has ${count === 1 ? 'one device' : `${count} devices`}.
      ${minutes !== undefined && html`You have ${minutes} minutes from now.`}
      Your work is collected when you finish it or when the time is up.</p>
    <form method="post" action="${base}/login"><button>Start</button></form>
  </section>`;
}

function labBody({ session, base, devices, editor }: CandidateView): Html {
  const rows = devicesOf(session).map((device) =>
    deviceRow(device, base, isReachable(device, devices), editor),
  );
  return html`<section class="card">
    <h2>Devices</h2>
    <table>
      <thead><tr><th scope="col">Device</th><th scope="col">Protocol</th><th scope="col">Address</th>
        <th scope="col">Login</th><th scope="col"><span class="hidden">Configuration</span></th></tr></thead>
      <tbody>${rows}</tbody>
    </table>
  </section>
  ${editor && editorForm(base, editor)}
  <p class="end"><a class="button danger" href="${base}/finish">Finish</a></p>`;
}

function deviceRow(device: LdsDevice, base: string, reachable: boolean, editor: Editor | undefined): Html {
  const { device_label: label, host, port, protocol, username, password } = device;
  const isOpen = label === editor?.label;
  const open = html`<a class="button quiet" href="${base}/devices/${encodeURIComponent(label)}"
    ${isOpen && html`aria-current="true"`}>Configuration<span class="hidden"> of ${label}</span></a>`;
  return html`<tr>
    <th scope="row">${label}</th>
    <td data-label="Protocol">${protocol}</td>
    <td data-label="Address"><code>${port === undefined ? host : `${host}:${port}`}</code></td>
    <td data-label="Login">${username === undefined ? '–' : html`<code>${username}${password && ` / ${password}`}</code>`}</td>
    <td>${reachable ? open : html`<span class="muted">no console</span>`}</td>
  </tr>`;
}

function editorForm(base: string, { label, configuration, applied }: Editor): Html {
  // A line break right after the tag is dropped by the browser: the first is for that.
  return html`<section class="card">
    <h2 id="editor">${label}: running configuration</h2>
    ${applied && html`<p class="done" role="status">Your change is applied.</p>`}
    <form method="post" action="${base}/devices/${encodeURIComponent(label)}">
      <textarea name="configuration" aria-labelledby="editor" rows="22" spellcheck="false" autocomplete="off"
        autocapitalize="off">
${configuration}</textarea>
      <fieldset><legend>How to apply it</legend>
        <label><input type="radio" name="mode" value="replace" checked> Replace the configuration by this text</label>
        <label><input type="radio" name="mode" value="merge"> Add these lines to the configuration</label>
      </fieldset>
      <div class="row"><button>Apply</button><a class="button quiet" href="${base}">Close</a></div>
    </form>
  </section>`;
}

const notice = (heading: string, text: string) =>
  html`<section class="card"><h2>${heading}</h2><p>${text}</p></section>`;

const beside = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8');
const style = beside('./candidate-page.css');
const script = beside('./candidate-page.client.js');
const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Lets the pages run their own script and style and nothing else. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src ${hashOf(style)}`,
  `script-src ${hashOf(script)}`,
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
].join('; ');

const shell = (title: string, body: Html): Html => html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style>${{ html: style }}</style></head>
<body>${body}<script>${{ html: script }}</script></body>
</html>`;

/** 3725 seconds are 1:02:05. */
function clockText(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${Math.floor(seconds / 3_600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
