import { describe, expect, it } from 'vitest';
import { asBefore, tellsStates } from './stale-states.ts';

describe('a CML whose picture lags', () => {
  it('tells of states as they were before the latest change', () => {
    const nodes = [
      { id: 'a', state: 'BOOTED' },
      { id: 'b', state: 'STARTED', label: 'BOOTED?' },
    ];
    expect(JSON.parse(asBefore(JSON.stringify(nodes), 0.9))).toEqual([
      { id: 'a', state: 'STARTED' },
      { id: 'b', state: 'DEFINED_ON_CORE', label: 'BOOTED?' },
    ]);
  });

  it.each([
    ['GET', '/api/v0/labs/l1', true],
    ['GET', '/api/v0/labs/l1/nodes?data=true', true],
    ['GET', '/api/v0/labs/l1/lab_element_state', true],
    ['GET', '/api/v0/licensing', true],
    ['GET', '/api/v0/labs', false],
    ['GET', '/api/v0/labs/l1/topology', false],
    ['PATCH', '/api/v0/labs/l1', false],
  ])('%s %s: %s', (method, url, tells) => expect(tellsStates(method, url)).toBe(tells));
});
