import { createServer, type Server, type Socket } from 'node:net';
import { logConsole } from './console-log.ts';
import { consoleSession } from './console-session.ts';
import { type CmlContext, isoNow } from './context.ts';
import { openShell } from './devices.ts';
import type { NodeRecord } from './model.ts';
import { type PortTag, portsOf, servedPorts } from './port-tags.ts';

/** The service that serves nodes' ports outside, as CML's PATty does for tags. */
export interface Patty {
  /** Opens what booted nodes ask for and closes the rest; also called by itself when a node boots or stops. */
  refresh(): void;
  close(): Promise<void>;
}

interface Listener {
  nodeId: string;
  kind: PortTag['kind'];
  server: Server;
  sockets: Set<Socket>;
}

/**
 * Serves consoles on real TCP ports. A `serial:` port gives the node's console; `vnc:` and `pat:tcp:` ports
 * only accept. What cannot be served (a port outside 2000–7999, a clash) is found in its log and nowhere
 * else, as with the real one; UDP is not played.
 */
export function openPatty(context: CmlContext): Patty {
  const listeners = new Map<number, Listener>();
  let closed = false;

  const log = (line: string) => {
    context.consoleLog.push(`${isoNow(context)} ${line}`);
    if (context.consoleLog.length > 500) context.consoleLog.shift();
  };

  const open = (nodeId: string, { kind, port, tag }: PortTag) => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', (error) => log(`${tag}: ${error.message}`));
      if (kind === 'serial') attach(context, nodeId, socket);
    });
    const listener: Listener = { nodeId, kind, server, sockets };
    listeners.set(port, listener);
    server.on('error', (error) => {
      log(`${tag}: cannot listen on ${context.options.consoleHost}:${port}: ${error.message}`);
      if (listeners.get(port) === listener) listeners.delete(port);
    });
    server.listen(port, context.options.consoleHost);
  };

  const shut = (port: number, listener: Listener): Promise<void> => {
    listeners.delete(port);
    for (const socket of listener.sockets) socket.destroy();
    return new Promise((resolve) => {
      if (!listener.server.listening) resolve();
      else listener.server.close(() => resolve());
    });
  };

  // Each complaint once, not at every look.
  const complaints = new Set<string>();
  const complain = (line: string) => {
    if (!complaints.has(line)) log(line);
    complaints.add(line);
  };

  let armedFor: number | undefined;
  const refresh = () => {
    if (closed) return;
    const { wanted, nextBoot } = wantedPorts(context, (port) => listeners.get(port)?.nodeId, complain);
    for (const [port, listener] of [...listeners]) {
      const keep = wanted.get(port);
      if (keep?.nodeId === listener.nodeId && keep.tag.kind === listener.kind) wanted.delete(port);
      else void shut(port, listener);
    }
    for (const { nodeId, tag } of wanted.values()) open(nodeId, tag);
    if (nextBoot === undefined || nextBoot === armedFor) return;
    armedFor = nextBoot;
    context.agenda.at(nextBoot, refresh);
  };

  return {
    refresh,
    close: async () => {
      closed = true;
      await Promise.all([...listeners].map(([port, listener]) => shut(port, listener)));
    },
  };
}

/**
 * The ports that booted nodes ask for, and when the next node with such tags will have booted. Who has a
 * port keeps it; else who booted first gets it.
 */
function wantedPorts(
  context: CmlContext,
  ownerOf: (port: number) => string | undefined,
  complain: (line: string) => void,
) {
  const now = context.world.clock.now();
  const wanted = new Map<number, { nodeId: string; tag: PortTag }>();
  const waiting: number[] = [];
  const claims: { bootsAt: number; node: NodeRecord; tag: PortTag }[] = [];
  for (const node of context.store.nodes.values()) {
    const { life } = node;
    if (life.phase !== 'started') continue;
    const tags = portsOf(node);
    if (life.bootsAt <= now) claims.push(...tags.map((tag) => ({ bootsAt: life.bootsAt, node, tag })));
    else if (tags.length > 0) waiting.push(life.bootsAt);
  }
  const owns = ({ node, tag }: (typeof claims)[number]) => Number(ownerOf(tag.port) === node.id);
  claims.sort((a, b) => owns(b) - owns(a) || a.bootsAt - b.bootsAt);
  for (const { node, tag } of claims) {
    if (tag.port < servedPorts.first || tag.port > servedPorts.last)
      complain(`${node.label}: ${tag.tag} is outside ${servedPorts.first}-${servedPorts.last}`);
    else if (wanted.has(tag.port)) complain(`${node.label}: ${tag.tag}: the port is taken already`);
    else if (tag.kind !== 'udp') wanted.set(tag.port, { nodeId: node.id, tag });
  }
  return { wanted, nextBoot: waiting.length > 0 ? Math.min(...waiting) : undefined };
}

function attach(context: CmlContext, nodeId: string, socket: Socket): void {
  const shell = openShell(context, nodeId);
  const session = consoleSession(
    shell,
    (text) => socket.write(text),
    (text) => {
      const node = context.store.nodes.get(nodeId);
      if (node) logConsole(context, node, text);
    },
  );
  socket.on('data', (bytes: Buffer) => session.receive(bytes));
  socket.write(`\r\n${shell.prompt()}`);
}
