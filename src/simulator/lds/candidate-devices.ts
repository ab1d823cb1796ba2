import type { ApplyMode, DeviceAccess, ReachableDevice } from './device-access.ts';
import { LdsError } from './lds-error.ts';
import { type LdsDevice, type LdsSession, mayEdit } from './session.ts';

/** All devices of a session, part by part. */
export const devicesOf = (session: LdsSession): LdsDevice[] => session.parts.flatMap((part) => part.devices);

/** True where that device's configuration can be read and edited. */
export const isReachable = (device: LdsDevice, access: DeviceAccess) =>
  device.port !== undefined && access.find(device.host, device.port) !== undefined;

/**
 * The configuration that the device runs now.
 * @throws LdsError 409 when the candidate has no access now, 404 for an unknown label, 502 when nobody answers
 */
export function readConfiguration(session: LdsSession, label: string, access: DeviceAccess): string {
  return reach(session, label, access).runningConfig();
}

/**
 * Changes the device as the candidate wants it. Line ends may be those of a browser's form.
 * @throws LdsError as reading does, and 422 when the device does not take the text
 */
export function applyConfiguration(
  session: LdsSession,
  label: string,
  edit: { configuration: string; mode: ApplyMode },
  access: DeviceAccess,
): void {
  const device = reach(session, label, access);
  try {
    device.applyConfiguration(edit.configuration.replaceAll('\r\n', '\n'), edit.mode);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LdsError(422, 'refused_by_device', `${label} does not take this configuration: ${reason}`);
  }
}

function reach(session: LdsSession, label: string, access: DeviceAccess): ReachableDevice {
  if (!mayEdit(session)) {
    const why = session.accessClosed ? 'access is closed' : `it is ${session.state}`;
    throw new LdsError(409, 'no_access', `the candidate of session ${session.id} has no access: ${why}`);
  }
  const device = devicesOf(session).find((each) => each.device_label === label);
  if (!device) throw new LdsError(404, 'not_found', `there is no device ${label} in this lab`);
  const found = device.port === undefined ? undefined : access.find(device.host, device.port);
  if (!found) {
    throw new LdsError(
      502,
      'unreachable',
      `${label} does not answer at ${device.host}:${device.port ?? '-'}`,
    );
  }
  return found;
}
