import { Refusal } from '@lcm/core/domain/refusal.ts';
import { LaunchRefused } from '@lcm/core/spi/cloud-provider.ts';

/**
 * What an error of the SDK means for us: a launch that is refused, a refusal with a stable code, or, where
 * nothing answered, `unavailable`. Codes: "Error codes for the Amazon EC2 API" in the EC2 API reference.
 */
export function awsError(error: unknown, doing: string): LaunchRefused | Refusal {
  if (error instanceof LaunchRefused || error instanceof Refusal) return error;
  const code = error instanceof Error ? error.name : 'Unknown';
  const message = `asked AWS ${doing}: ${code}: ${error instanceof Error ? error.message : String(error)}`;
  if (/^(RequestLimitExceeded|Throttling|ThrottlingException|EC2ThrottledException)$/.test(code))
    return new Refusal('busy', message, { cause: error });
  const reason = LAUNCH_REASONS.find(([codes]) => codes.test(code))?.[1];
  if (reason) return new LaunchRefused(reason, message, error);
  if (/NotFound$/.test(code)) return new Refusal('notFound', message, { cause: error });
  if (code === 'IncorrectInstanceState') return new Refusal('conflict', message, { cause: error });
  if (/^(Invalid|Missing|Unknown)/.test(code) && code !== 'Unknown')
    return new Refusal('rule', message, { cause: error });
  return new Refusal('unavailable', message, { cause: error });
}

/** Whether EC2 says that there is no such instance, which soon after a launch proves nothing. */
export function isNoSuchInstance(error: unknown): boolean {
  return error instanceof Error && error.name === 'InvalidInstanceID.NotFound';
}

/**
 * `Unsupported` (not to be confused with `UnsupportedOperation`) is how EC2 says that the zone does not have
 * the type at all: another zone may.
 */
const LAUNCH_REASONS: readonly (readonly [RegExp, LaunchRefused['reason']])[] = [
  [
    /^(Insufficient(Instance|Host|ReservedInstance)?Capacity|InsufficientFreeAddressesInSubnet|Unsupported)$/,
    'noCapacity',
  ],
  [
    /^(UnsupportedOperation|UnsupportedHostConfiguration|UnsupportedHibernationConfiguration)$/,
    'unsupported',
  ],
  [
    /^(\w*LimitExceeded|PendingVerification|OptInRequired|Blocked|UnauthorizedOperation|AuthFailure)$/,
    'limit',
  ],
  [/^Idempotent(ParameterMismatch|InstanceTerminated)$/, 'mismatch'],
  [
    /^(InvalidAMIID\..+|InvalidSubnetID\..+|InvalidSubnet|InvalidGroup\..+|InvalidGroupId\..+|InvalidKeyPair\..+|InvalidInstanceType|InvalidParameter\w*|InvalidUserData\..+|InvalidBlockDeviceMapping|VPCIdNotSpecified|MissingParameter)$/,
    'invalid',
  ],
];
