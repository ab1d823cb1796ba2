import type { ElementState, InterfaceRecord, LinkRecord, NodeRecord, NodeState } from './model.ts';

/** The state of a node at a time (milliseconds since the epoch). */
export function nodeState(node: NodeRecord, nowMs: number): NodeState {
  const { life } = node;
  switch (life.phase) {
    case 'defined':
      return 'DEFINED_ON_CORE';
    case 'stopped':
      return 'STOPPED';
    case 'started':
      if (nowMs < life.startsAt) return 'QUEUED';
      return nowMs < life.bootsAt ? 'STARTED' : 'BOOTED';
    case 'stopping':
      return nowMs < life.stopsAt ? 'STARTED' : 'STOPPED';
  }
}

/** Whether the node is up or on its way up or down: it uses the host's resources. */
export function isActive(node: NodeRecord, nowMs: number): boolean {
  const state = nodeState(node, nowMs);
  return state !== 'STOPPED' && state !== 'DEFINED_ON_CORE';
}

/** Whether nothing more is going to happen to the node by itself. */
export function isSettled(node: NodeRecord, nowMs: number): boolean {
  if (node.life.phase === 'started') return nowMs >= node.life.bootsAt;
  return node.life.phase !== 'stopping' || nowMs >= node.life.stopsAt;
}

/** `boot_progress` in CML's words. */
export function bootProgress(node: NodeRecord, nowMs: number): string {
  const state = nodeState(node, nowMs);
  if (state === 'BOOTED') return 'Booted';
  return state === 'STARTED' || state === 'QUEUED' ? 'Booting' : 'Not running';
}

/** A lab is STARTED while any node is active, STOPPED while any disk is left, else defined only. */
export function labState(nodes: NodeRecord[], nowMs: number): ElementState {
  let stopped = false;
  for (const node of nodes) {
    const state = nodeState(node, nowMs);
    if (state === 'STOPPED') stopped = true;
    else if (state !== 'DEFINED_ON_CORE') return 'STARTED';
  }
  return stopped ? 'STOPPED' : 'DEFINED_ON_CORE';
}

/** An interface is up when its node runs and nobody shut it. */
export function interfaceState(one: InterfaceRecord, node: NodeRecord, nowMs: number): ElementState {
  const state = nodeState(node, nowMs);
  if (state === 'DEFINED_ON_CORE') return 'DEFINED_ON_CORE';
  return one.up && (state === 'STARTED' || state === 'BOOTED') ? 'STARTED' : 'STOPPED';
}

/** A link is up when both its ends run and nobody stopped it. */
export function linkState(link: LinkRecord, a: NodeState, b: NodeState): ElementState {
  const states = [a, b];
  if (states.every((state) => state === 'DEFINED_ON_CORE')) return 'DEFINED_ON_CORE';
  return link.up && states.every((state) => state === 'STARTED' || state === 'BOOTED')
    ? 'STARTED'
    : 'STOPPED';
}
