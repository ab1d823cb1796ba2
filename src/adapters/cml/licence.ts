import type { LicenceType } from '@lcm/core/domain/resources.ts';
import type { CmlLicence } from '@lcm/core/spi/cml.ts';
import type { Licensing } from './answers.ts';

/** CML's product licence for each of our types; EVALUATION is what CML runs under without any. */
export const PRODUCTS: Readonly<Record<LicenceType, string | undefined>> = {
  PERSONAL: 'CML_Personal',
  PERSONAL40: 'CML_Personal40',
  EDUCATION: 'CML_Education',
  ENTERPRISE: 'CML_Enterprise',
  EVALUATION: undefined,
};

/** The feature by which nodes are bought on top of the base licence. */
export const NODE_COUNT_FEATURE =
  'regid.2019-10.com.cisco.CML_NODE_COUNT,1.0_2607650b-6ca8-46d5-81e5-e6688b7383c4';

/** CML's licensing status in our words. */
export function licenceOf(status: Licensing): CmlLicence {
  return {
    registration: status.registration.status,
    authorization: status.authorization.status,
    product: status.product_license?.active ?? '',
    nodeLimit: nodeLimitOf(status),
    expires: status.registration.expires ?? status.authorization.expires ?? undefined,
    udi: status.udi?.product_uuid ?? status.udi?.hostname ?? undefined,
  };
}

/**
 * Nodes that the features in force allow: what each base licence includes, by its own description where that
 * says a number, plus one for each expansion node. Undefined while none is in force.
 */
function nodeLimitOf({ features }: Licensing): number | undefined {
  const inUse = (features ?? []).filter(
    ({ in_use, status }) =>
      in_use > 0 && /^(IN_COMPLIANCE|AUTHORIZED.*|EVAL.*)$/.test(status ?? 'AUTHORIZED'),
  );
  if (inUse.length === 0) return undefined;
  return inUse.reduce((sum, { id, description, in_use }) => {
    if (id.includes('CML_NODE_COUNT')) return sum + in_use;
    const said = /(\d+) nodes? capacity/i.exec(description ?? '')?.[1];
    return sum + (said === undefined ? included(id) : Number(said));
  }, 0);
}

function included(featureId: string): number {
  return /PERSONAL_?40|PERSONAL_?PLUS/i.test(featureId) ? 40 : 20;
}
