import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';

const realm = z
  .object({
    clients: z.array(
      z.object({ clientId: z.string(), publicClient: z.boolean(), secret: z.string().optional() }),
    ),
  })
  .parse(JSON.parse(readFileSync('deployment/keycloak/realm.json', 'utf8')));

/** Most characters of a client's secret that Keycloak keeps (its column CLIENT.SECRET). */
const MOST_KEPT = 255;

/**
 * Keycloak puts in what a variable says, or what stands after the colon; without either the text stays as it is, and
 * is a secret that everybody can read here. An empty one is taken for a secret as well.
 */
it.each(realm.clients)(
  'the secret of $clientId is its own, or Keycloak refuses the whole realm as it is too long to be kept',
  ({ publicClient, secret }) => {
    const [, instead = ''] = /^\$\{LCM_[A-Z_]+_SECRET:([^{}]*)\}$/.exec(secret ?? '') ?? [];
    expect(publicClient).toBe(false);
    expect(instead.length).toBeGreaterThan(MOST_KEPT);
  },
);
