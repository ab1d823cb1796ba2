import type { FastifyInstance } from 'fastify';
import type { Services } from '../../services.ts';
import type { AuthenticationWay } from '../caller.ts';
import { loginCookies } from './cookies.ts';
import type { IdentityIssuer } from './identity-issuer.ts';
import { KeptFresh } from './keep-fresh.ts';
import { LoginAttempts } from './login-attempts.ts';
import { LoginJournal } from './login-journal.ts';
import type { LoginParts } from './login-parts.ts';
import { registerLoginRoutes } from './login-routes.ts';
import { loginWay } from './login-way.ts';
import { ProvenAnew } from './proven-anew.ts';
import { RenewedCookies } from './renewed-cookies.ts';

/** The page's login: a backend for the frontend, no token ever reaches the browser. */
export interface Login {
  way: AuthenticationWay;
  /** Puts `/api/auth/login` and what belongs to it in place. */
  register(app: FastifyInstance): Promise<void>;
}

/** Makes the login; nothing is asked of the issuer before somebody wants to log in. */
export function createLogin(
  parts: Omit<LoginParts, 'issuer'> & { issuer: IdentityIssuer },
  services: Services,
): Login {
  const { clock, log, logins: sessions, expiring: store } = services;
  const limits = async () => (await services.settings.get()).login;
  const cookies = loginCookies(parts.publicUrl);
  const fresh = new KeptFresh(parts.issuer, sessions, clock);
  const renewed = new RenewedCookies(sessions, cookies, limits);
  const attempts = new LoginAttempts(services.expiring, services);
  return {
    way: loginWay({ ...parts, sessions, fresh, cookies, clock, onFound: renewed.remember }),
    register: async (app) => {
      renewed.register(app);
      await registerLoginRoutes(app, {
        ...parts,
        sessions,
        attempts,
        provenAnew: new ProvenAnew({ store, clock, limits }),
        cookies,
        store,
        clock,
        log,
        journal: new LoginJournal(services),
        limits,
      });
    },
  };
}
