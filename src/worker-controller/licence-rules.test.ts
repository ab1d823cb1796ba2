import { workerTemplate } from '@lcm/core/domain/worker-template.ts';
import { describe, expect, it } from 'vitest';
import { capacityUnder, extraNodes, isFree, isLicensed } from './licence-rules.ts';

const licence = (
  registration: string,
  authorization: string,
  product = 'CML_Enterprise',
  nodeLimit?: number,
) => ({
  registration,
  authorization,
  product,
  nodeLimit,
});
const template = (fields: object) =>
  workerTemplate.parse({
    id: 't',
    name: 't',
    region: 'us-east-1',
    instanceType: 'm5zn.metal',
    virtualization: 'metal',
    amiNamePattern: '*',
    cpuCores: 48,
    memoryGb: 192,
    storageGb: 500,
    licenceType: 'ENTERPRISE',
    costPerHourUsd: 4,
    deleted: false,
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    ...fields,
  });

describe('a worker is licensed', () => {
  it.each([
    ['registered and in compliance', licence('COMPLETED', 'IN_COMPLIANCE'), true],
    ['by a reservation', licence('REGISTERED - SPECIFIC LICENSE RESERVATION', 'AUTHORIZED - RESERVED'), true],
    ['not while it is out of compliance', licence('COMPLETED', 'OUT_OF_COMPLIANCE'), false],
    ['not before the authorization has come', licence('COMPLETED', 'INIT'), false],
    ['not while it registers', licence('IN_PROGRESS', 'INIT'), false],
    ['not by another product', licence('COMPLETED', 'IN_COMPLIANCE', 'CML_Personal'), false],
    ['not by an evaluation', licence('NOT_REGISTERED', 'EVAL'), false],
  ])('%s', (_title, said, expected) => {
    expect(isLicensed('ENTERPRISE', said)).toBe(expected);
  });

  it('for an evaluation, until that is over', () => {
    expect(isLicensed('EVALUATION', licence('NOT_REGISTERED', 'EVAL', ''))).toBe(true);
    expect(isLicensed('EVALUATION', licence('NOT_REGISTERED', 'EVAL EXPIRED', ''))).toBe(false);
  });
});

describe('a licence', () => {
  it('is free when it was never registered, was given back, or was refused', () => {
    for (const registration of ['NOT_REGISTERED', 'UNREGISTERED', 'FAILED'])
      expect(isFree(licence(registration, 'INIT'))).toBe(true);
    for (const registration of ['COMPLETED', 'IN_PROGRESS'])
      expect(isFree(licence(registration, 'INIT'))).toBe(false);
  });

  it('bounds the nodes of its worker, whatever the template hoped for', () => {
    const hoped = template({ maxNodes: 100 });
    expect(capacityUnder(hoped, licence('COMPLETED', 'IN_COMPLIANCE', 'CML_Enterprise', 50)).nodes).toBe(50);
    expect(capacityUnder(hoped, licence('COMPLETED', 'IN_COMPLIANCE', 'CML_Enterprise', 300)).nodes).toBe(
      100,
    );
    expect(
      capacityUnder(template({}), licence('COMPLETED', 'IN_COMPLIANCE', 'CML_Enterprise', 300)).nodes,
    ).toBe(300);
  });

  it('is asked for further nodes only where they are sold', () => {
    expect(extraNodes(template({ maxNodes: 100 }))).toBe(80);
    expect(extraNodes(template({}))).toBe(0);
    expect(extraNodes(template({ maxNodes: 100, licenceType: 'PERSONAL40' }))).toBe(0);
  });
});
