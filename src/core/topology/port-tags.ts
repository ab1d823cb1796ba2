import type { PortDefinition } from '../domain/definition-state.ts';

/** A node tag by which CML's PATty opens a port of the server (reference 04, A1.5). */
export interface PortTag {
  kind: PortDefinition['kind'];
  transport: 'tcp' | 'udp';
  /** A fixed port, or the name of a placeholder such as `${PORT_R1_SERIAL}`. */
  outer: number | { placeholder: string };
  /** For `pat`: the port inside the node. */
  inner?: number | undefined;
  /** For `serial`: which of the node's lines. */
  line?: number | undefined;
}

const OUTER = String.raw`(\d{1,5}|\$\{[A-Za-z0-9_-]{1,120}\})`;
const SERIAL = new RegExp(`^serial:${OUTER}(?::(\\d{1,3}))?$`);
const VNC = new RegExp(`^vnc:${OUTER}$`);
const PAT = new RegExp(`^pat:(?:(tcp|udp):)?${OUTER}:(\\d{1,5})$`);

/** Reads a node tag; undefined for any other tag, and for one that PATty would not understand. */
export function parsePortTag(tag: string): PortTag | undefined {
  const serial = SERIAL.exec(tag);
  if (serial) {
    const line = serial[2] === undefined ? undefined : Number(serial[2]);
    return { kind: 'serial', transport: 'tcp', outer: outerOf(serial[1]), line };
  }
  const vnc = VNC.exec(tag);
  if (vnc) return { kind: 'vnc', transport: 'tcp', outer: outerOf(vnc[1]) };
  const pat = PAT.exec(tag);
  if (!pat) return undefined;
  const inner = Number(pat[3]);
  if (inner < 1 || inner > 65_535) return undefined;
  return { kind: 'pat', transport: pat[1] === 'udp' ? 'udp' : 'tcp', outer: outerOf(pat[2]), inner };
}

/** Whether the tag means to be a port tag, well-formed or not. */
export function looksLikePortTag(tag: string): boolean {
  return /^(serial|vnc|pat):/i.test(tag);
}

/** The tag that opens this port of the server for the definition. */
export function portTag(definition: Omit<PortDefinition, 'name' | 'node'>, port: number): string {
  switch (definition.kind) {
    case 'serial':
      return definition.line === undefined ? `serial:${port}` : `serial:${port}:${definition.line}`;
    case 'vnc':
      return `vnc:${port}`;
    case 'pat':
      return `pat:${definition.transport ?? 'tcp'}:${port}:${definition.inner ?? port}`;
  }
}

/** Whether a tag stands for that definition, whatever port it names. */
export function tagMatches(tag: PortTag, definition: PortDefinition): boolean {
  return (
    tag.kind === definition.kind &&
    tag.transport === (definition.transport ?? 'tcp') &&
    tag.inner === definition.inner &&
    tag.line === definition.line
  );
}

function outerOf(text: string | undefined): PortTag['outer'] {
  if (text === undefined) throw new Error('a port tag matched without its port');
  return text.startsWith('$') ? { placeholder: text.slice(2, -1) } : Number(text);
}
