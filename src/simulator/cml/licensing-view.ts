import type { CmlContext } from './context.ts';
import type { ProductLicence } from './licensing-record.ts';
import { authorizationStatus, licensingOf, registrationStatus } from './licensing-state.ts';
import { settingsOf } from './system-settings.ts';

/** The id under which nodes are bought on top of Enterprise's 20. */
export const nodeCountFeature =
  'regid.2019-10.com.cisco.CML_NODE_COUNT,1.0_2607650b-6ca8-46d5-81e5-e6688b7383c4';

const baseFeatures: Record<ProductLicence, { id: string; name: string; description: string }> = {
  CML_Enterprise: {
    id: 'regid.2019-10.com.cisco.CML_ENT_BASE,1.0_15d3393c-def6-4d22-8f51-f8e94ea8de5d',
    name: 'CML - Enterprise License',
    description: 'Cisco Modeling Labs - Enterprise License with 20 nodes capacity included',
  },
  CML_Education: {
    id: 'regid.2019-10.com.cisco.CML_EDU_BASE,1.0_f5ba1b44-29c2-4d6c-9d3b-0d1f4e1a4b9a',
    name: 'CML - Education License',
    description: 'Cisco Modeling Labs - Education License with 20 nodes capacity included',
  },
  CML_Personal: {
    id: 'regid.2019-10.com.cisco.CML_PERSONAL,1.0_9c1b1b44-3a52-4d4f-9f0e-2f5e6a1c7d20',
    name: 'CML - Personal License',
    description: 'Cisco Modeling Labs - Personal License with 20 nodes capacity included',
  },
  CML_Personal40: {
    id: 'regid.2019-10.com.cisco.CML_PERSONAL_40,1.0_4b0f7a5e-8d0e-4a60-93a1-6f2f0e9d5c40',
    name: 'CML - Personal Plus License',
    description: 'Cisco Modeling Labs - Personal Plus License with 40 nodes capacity included',
  },
};

const defaultSsms = 'https://smartreceiver.cisco.com/licservice/license';

/** The features of the product licence: its base, and further nodes where they can be bought. */
export function licenceFeatures(context: CmlContext) {
  const { product, extraNodes } = licensingOf(context);
  const authorization = authorizationStatus(context);
  const licensed = authorization === 'IN_COMPLIANCE';
  const base = { ...baseFeatures[product], in_use: licensed ? 1 : 0, min: 1, max: 1 };
  const nodes = {
    id: nodeCountFeature,
    name: 'CML - Expansion Nodes',
    description: 'Cisco Modeling Labs - Expansion Nodes Capacity for Enterprise',
    in_use: extraNodes,
    min: 0,
    max: 300,
  };
  const features = product === 'CML_Enterprise' || product === 'CML_Education' ? [base, nodes] : [base];
  return features.map((feature) => ({
    ...feature,
    status: licensed ? 'IN_COMPLIANCE' : 'INIT',
    version: '1.0',
    minEndDate: null,
    maxEndDate: null,
  }));
}

/** The whole licensing status, as `GET licensing` shows it. */
export function licensingView(context: CmlContext) {
  const { product, registration, reservationMode, transport } = licensingOf(context);
  const { productUuid } = settingsOf(context.store);
  const status = registrationStatus(context);
  const authorization = authorizationStatus(context);
  const since = registration.phase === 'none' ? null : registration.since;
  const done = registration.phase === 'registering' ? registration.completesAt : since;
  const refusal = registration.phase === 'registering' ? (registration.refusal ?? null) : null;
  const registered = status === 'COMPLETED';
  return {
    registration: {
      status,
      expires: registered && done !== null ? iso(done + yearMs) : null,
      smart_account: registered ? 'Simulated Smart Account' : null,
      virtual_account: registered ? 'DEFAULT' : null,
      instance_name: registered ? context.options.hostname : null,
      register_time: {
        succeeded: registered && done !== null ? iso(done) : null,
        attempted: since === null ? null : iso(since),
        scheduled: null,
        status: status === 'FAILED' ? 'FAILED' : registered ? 'SUCCEEDED' : null,
        failure: status === 'FAILED' ? refusal : null,
        success: registered ? 'SUCCESS' : null,
      },
      renew_time: emptyTime(registered && done !== null ? iso(done + yearMs / 2) : null),
    },
    authorization: {
      status: authorization,
      expires: authorization === 'IN_COMPLIANCE' && done !== null ? iso(done + yearMs / 4) : null,
      renew_time: emptyTime(
        authorization === 'IN_COMPLIANCE' && done !== null ? iso(done + yearMs / 12) : null,
      ),
    },
    features: licenceFeatures(context),
    reservation_mode: reservationMode,
    transport: {
      ssms: transport.ssms ?? defaultSsms,
      default_ssms: defaultSsms,
      proxy: transport.proxy,
    },
    udi: { hostname: context.options.hostname, product_uuid: productUuid },
    product_license: { active: product, is_enterprise: isEnterprise(product) },
  };
}

/** Whether the product licence is one of the enterprise family. */
export const isEnterprise = (product: ProductLicence): boolean =>
  product === 'CML_Enterprise' || product === 'CML_Education';

const yearMs = 365 * 86_400_000;
const iso = (ms: number) => new Date(ms).toISOString();
const emptyTime = (scheduled: string | null) => ({
  succeeded: null,
  attempted: null,
  scheduled,
  status: null,
  failure: null,
  success: null,
});
