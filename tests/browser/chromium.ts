import { existsSync } from 'node:fs';

/** Where a Chromium usually is; `CHROMIUM` says it otherwise. */
export const CHROMIUM =
  process.env['CHROMIUM'] ??
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
    existsSync(path),
  );

/** Why no browser can be driven here; nothing where one can. */
export const missing = CHROMIUM
  ? undefined
  : 'there is no Chromium: `make services` installs one, or set CHROMIUM';
