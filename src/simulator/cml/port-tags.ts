import type { NodeRecord } from './model.ts';

/** A port that a node asks to be served outside, by a tag. */
export interface PortTag {
  kind: 'serial' | 'vnc' | 'tcp' | 'udp';
  port: number;
  tag: string;
}

/** The ports that CML serves for nodes; it only logs others. */
export const servedPorts = { first: 2000, last: 7999 };

/**
 * The port tags of a node: `serial:OUT[:LINE]`, `vnc:OUT`, `pat:OUT:IN`, `pat:tcp:OUT:IN`, `pat:udp:OUT:IN`
 * (developer.cisco.com/docs/modeling-labs/patty-tool-mapping-configuration). Other tags mean nothing here.
 */
export function portsOf(node: NodeRecord): PortTag[] {
  return node.tags.flatMap((tag): PortTag[] => {
    const parts = /^(?:(serial|vnc):(\d+)(?::\d+)?|pat:(?:(tcp|udp):)?(\d+):\d+)$/.exec(tag);
    if (!parts) return [];
    const [, console, consolePort, protocol = 'tcp', patPort] = parts;
    const port = Number(consolePort ?? patPort);
    const kind = console === 'serial' || console === 'vnc' ? console : protocol === 'udp' ? 'udp' : 'tcp';
    return [{ kind, port, tag }];
  });
}
