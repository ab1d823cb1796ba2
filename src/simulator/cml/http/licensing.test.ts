import { beforeEach, describe, expect, test } from 'vitest';
import { nodeCountFeature } from '../licensing-view.ts';
import { type SimulatedCml, simulatedCml, twoRouters } from '../simulated-cml.fixture.ts';

let cml: SimulatedCml;
beforeEach(async () => {
  cml = await simulatedCml();
});

const status = async () => {
  const { registration, authorization } = (await cml.call('GET', 'licensing')).body;
  return [registration.status, authorization.status];
};
const register = (token = 'good', reregister = false) =>
  cml.call('POST', 'licensing/registration', { token, reregister });
const seats = () => cml.world.ledger.openEntries('licenceSeat').map((entry) => entry.id);

describe('registration', () => {
  test('goes on by itself: in progress, completed, then in compliance', async () => {
    expect(await status()).toEqual(['NOT_REGISTERED', 'INIT']);
    expect((await register()).status).toBe(204);
    expect(await status()).toEqual(['IN_PROGRESS', 'INIT']);
    expect(seats()).toEqual([]);
    await cml.clock.advance(1_000);
    expect(seats()).toEqual(['i-1']);
    expect(await status()).toEqual(['COMPLETED', 'IN_PROGRESS']);
    await cml.clock.advance(1_000);
    expect(await status()).toEqual(['COMPLETED', 'IN_COMPLIANCE']);
    const health = (await cml.call('GET', 'system_health')).body;
    expect(health).toMatchObject({ is_licensed: true, is_enterprise: true });
  });

  test('with a bad token it fails and takes no seat', async () => {
    await register('bad-token');
    await cml.clock.advance(5_000);
    const { registration } = (await cml.call('GET', 'licensing')).body;
    expect(registration).toMatchObject({
      status: 'FAILED',
      register_time: { failure: expect.stringContaining('bad-token') },
    });
    expect(seats()).toEqual([]);
    expect((await register('good')).status).toBe(204);
  });

  test('can be refused by the licence service for reasons of its own', async () => {
    cml = await simulatedCml({ refuseLicence: (_token, product) => `no seats of ${product} left` });
    await register();
    await cml.clock.advance(2_000);
    const { registration } = (await cml.call('GET', 'licensing')).body;
    expect(registration.register_time.failure).toBe('no seats of CML_Enterprise left');
  });

  test('is refused while registered unless it is asked for again', async () => {
    await cml.license();
    expect((await register()).status).toBe(400);
    expect((await register('good', true)).status).toBe(204);
  });

  test('carries on after a restart in the middle', async () => {
    await register();
    await cml.restart();
    await cml.clock.advance(1_000);
    expect(seats()).toEqual(['i-1']);
  });
});

describe('deregistration', () => {
  test('gives the seat back after a while', async () => {
    await cml.license();
    expect((await cml.call('DELETE', 'licensing/deregistration')).status).toBe(204);
    expect(await status()).toEqual(['IN_PROGRESS', 'INIT']);
    expect(seats()).toEqual(['i-1']);
    await cml.clock.advance(1_000);
    expect(await status()).toEqual(['NOT_REGISTERED', 'INIT']);
    expect(seats()).toEqual([]);
    expect((await cml.call('DELETE', 'licensing/deregistration')).status).toBe(400);
  });

  test('is refused while nodes are active', async () => {
    await cml.license();
    const id = await cml.import(twoRouters);
    await cml.call('PUT', `labs/${id}/start`);
    expect((await cml.call('DELETE', 'licensing/deregistration')).status).toBe(403);
    await cml.call('PUT', `labs/${id}/stop`);
    await cml.clock.advance(500);
    expect((await cml.call('DELETE', 'licensing/deregistration')).status).toBe(204);
  });

  test('does not complete when the host is gone before: the seat stays held', async () => {
    await cml.license();
    await cml.call('DELETE', 'licensing/deregistration');
    await cml.server.dispose();
    await cml.clock.advance(60_000);
    expect(seats()).toEqual(['i-1']);
  });
});

describe('what the licence allows', () => {
  const lab = async (count: number) => {
    const nodes = Array.from(
      { length: count },
      (_, index) => `  - {id: n${index}, label: N${index}, node_definition: alpine, x: 0, y: 0}`,
    );
    const free = ['external_connector', 'unmanaged_switch'].map(
      (kind) => `  - {id: ${kind}, label: ${kind}, node_definition: ${kind}, x: 0, y: 0}`,
    );
    return cml.import(
      ['lab: {title: t, version: 0.3.0}', 'nodes:', ...nodes, ...free, 'links: []'].join('\n'),
    );
  };

  test('nothing starts without one', async () => {
    const answer = await cml.call('PUT', `labs/${await lab(1)}/start`);
    expect(answer).toMatchObject({
      status: 403,
      body: { description: expect.stringContaining('not licensed') },
    });
  });

  test.each([
    ['CML_Personal', 20],
    ['CML_Personal40', 40],
    ['CML_Enterprise', 20],
    ['CML_Education', 20],
  ])('%s runs %i nodes, connectors and unmanaged switches not counted', async (product, limit) => {
    expect((await cml.call('PUT', 'licensing/product_license', product)).status).toBe(204);
    await cml.license();
    expect((await cml.call('GET', 'licensing')).body.product_license.active).toBe(product);
    const refused = await cml.call('PUT', `labs/${await lab(limit + 1)}/start`);
    expect(refused.body.description).toContain(`node limit of ${limit}`);
    expect((await cml.call('PUT', `labs/${await lab(limit)}/start`)).status).toBe(204);
    expect((await cml.call('PUT', `labs/${await lab(1)}/start`)).status).toBe(403);
  });

  test('Enterprise grows by the nodes bought on top', async () => {
    await cml.license(15);
    const features = (await cml.call('GET', 'licensing/features')).body;
    expect(features.find((one: { id: string }) => one.id === nodeCountFeature)).toMatchObject({ in_use: 15 });
    expect((await cml.call('PUT', `labs/${await lab(35)}/start`)).status).toBe(204);
    const unknown = await cml.call('PATCH', 'licensing/features', [{ id: 'nonsense', count: 1 }]);
    expect(unknown.status).toBe(400);
  });

  test('the product cannot be changed while it is registered', async () => {
    await cml.license();
    expect((await cml.call('PUT', 'licensing/product_license', 'CML_Personal')).status).toBe(400);
    expect((await cml.call('PUT', 'licensing/product_license', 'CML_Gold')).status).toBe(400);
  });
});

test('a reservation is made, holds a seat and is released', async () => {
  const path = 'licensing/reservation';
  expect((await cml.call('POST', 'licensing/reservation/request')).status).toBe(400);
  expect((await cml.call('PUT', `${path}/mode`, true)).status).toBe(204);
  expect((await register()).status).toBe(400);
  expect((await cml.call('POST', 'licensing/reservation/request')).body).toMatch(/^CD-/);
  expect((await cml.call('POST', `${path}/complete`, 'an authorization code')).body).toMatch(/^CC-/);
  expect(await status()).toEqual(['COMPLETED', 'IN_COMPLIANCE']);
  expect(seats()).toEqual(['i-1']);
  expect((await cml.call('DELETE', 'licensing/reservation/release')).body).toMatch(/^RC-/);
  expect(seats()).toEqual([]);
});
