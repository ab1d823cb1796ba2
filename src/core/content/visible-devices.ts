import type { VisibleDevice } from './content-package.ts';
import { refuse } from './unpack.ts';

const START_TAG = /<([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*\/?>/g;
const ATTRIBUTE = /([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/**
 * The devices that `content.xml` shows: every element with a `device_label` (reference 03, section 1).
 * Attributes are all that is read; entities other than XML's own five, and document types, are not.
 */
export function visibleDevicesOf(xml: string): VisibleDevice[] {
  if (!/^\s*<[?!A-Za-z]/.test(xml)) refuse('content.xml', 'is not XML');
  const devices = new Map<string, VisibleDevice>();
  const plain = xml.replace(/<!--[\s\S]*?-->/g, '');
  for (const [, , attributes = ''] of plain.matchAll(START_TAG)) {
    const found = new Map<string, string>();
    for (const [, name = '', double, single] of attributes.matchAll(ATTRIBUTE))
      found.set(name, decoded(double ?? single ?? ''));
    const label = found.get('device_label');
    if (!label || devices.has(label)) continue;
    const accessMode = found.get('user_access_mode');
    devices.set(label, { label, ...(accessMode ? { accessMode } : {}) });
  }
  return [...devices.values()];
}

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decoded(text: string): string {
  return text.replace(/&(#\d{1,7}|#x[\da-fA-F]{1,6}|\w{1,8});/g, (whole, name: string) => {
    if (!name.startsWith('#')) return ENTITIES[name] ?? whole;
    const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
