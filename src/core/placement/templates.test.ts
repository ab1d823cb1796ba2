import { describe, expect, it } from 'vitest';
import { aRequest, SMALL } from './candidate.fixture.ts';
import { aTemplate } from './template.fixture.ts';
import { cheapestTemplate, chooseTemplates } from './templates.ts';

describe('the template for a new worker', () => {
  const large = aTemplate('large');
  const small = aTemplate('small', { cpuCores: 8, memoryGb: 32, costPerHourUsd: 0.8 });

  it('is the cheapest that fits', () => {
    expect(cheapestTemplate(aRequest(), [large, small])?.name).toBe('small');
    const wide = aRequest({ need: { ...SMALL, cpuCores: 9 } });
    expect(cheapestTemplate(wide, [large, small])?.name).toBe('large');
  });

  it('counts cores as often as they are oversubscribed', () => {
    const shared = aTemplate('shared', { cpuCores: 4, cpuOvercommit: 2, costPerHourUsd: 0.5 });
    const wide = aRequest({ need: { ...SMALL, cpuCores: 8 } });
    expect(cheapestTemplate(wide, [large, small, shared])?.name).toBe('shared');
  });

  it('is decided by name where two cost the same', () => {
    const twin = aTemplate('another', { costPerHourUsd: large.costPerHourUsd });
    expect(cheapestTemplate(aRequest(), [large, twin])?.name).toBe('another');
  });

  it('is never one that is disabled or deleted', () => {
    const all = [aTemplate('a', { enabled: false }), aTemplate('b', { deleted: true })];
    expect(cheapestTemplate(aRequest(), all)).toBeUndefined();
  });

  it('is refused for the first thing that does not fit', () => {
    const request = aRequest({
      region: 'us-east-1',
      licenceAffinity: ['ENTERPRISE'],
      cmlVersion: { min: '2.10' },
      nodeDefinitions: ['nxos'],
      need: { ...SMALL, nodes: 60 },
    });
    const templates = [
      aTemplate('region', { region: 'eu-west-1' }),
      aTemplate('licence', { licenceType: 'PERSONAL' }),
      aTemplate('version', { cmlVersion: '2.9' }),
      aTemplate('definitions', { nodeDefinitions: ['iosv'] }),
      aTemplate('nodes', { maxNodes: 20 }),
      aTemplate('memory', { memoryGb: 4 }),
      aTemplate('ports', { portRange: { first: 2000, last: 2001 } }),
      aTemplate('fits', { cmlVersion: '2.10.1', nodeDefinitions: ['iosv', 'nxos'] }),
    ];
    const { fitting, misses } = chooseTemplates(request, templates);
    expect(fitting.map((one) => one.name)).toEqual(['fits']);
    expect(Object.fromEntries(misses.map((miss) => [miss.template.name, miss.refusal]))).toEqual({
      region: 'region',
      licence: 'licence',
      version: 'version',
      definitions: 'nodeDefinitions',
      nodes: 'nodes',
      memory: 'memoryGb',
      ports: 'ports',
    });
  });
});
