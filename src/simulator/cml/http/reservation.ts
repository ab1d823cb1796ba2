import { badRequest } from '../errors.ts';
import { usage } from '../lab-life.ts';
import { changeLicensing, licensingOf, reservationCode, watchLicence } from '../licensing-state.ts';
import { flag, text } from '../shape.ts';
import type { Topic } from './endpoints.ts';

/** Specific licence reservation, for servers without a way to Smart Licensing: codes carried by hand. */
export const reservationTopic: Topic = (on, context) => {
  const path = '/licensing/reservation';
  const reserved = () => {
    const { registration } = licensingOf(context);
    if (registration.phase !== 'reserved') throw badRequest('There is no completed reservation.');
    return registration;
  };

  on.admin('PUT', `${path}/mode`, ({ body }) => {
    if (licensingOf(context).registration.phase !== 'none')
      throw badRequest('The reservation mode cannot be changed while the product is registered.');
    changeLicensing(context, { reservationMode: flag(body, 'body'), reservationRequest: null });
  });
  on.admin('POST', `${path}/request`, () => {
    if (!licensingOf(context).reservationMode) throw badRequest('The reservation mode is not enabled.');
    const code = reservationCode(context, 'CD');
    changeLicensing(context, { reservationRequest: code });
    return code;
  });
  on.admin('POST', `${path}/complete`, ({ body }) => {
    text(65_536, 1)(body, 'body');
    if (!licensingOf(context).reservationRequest) throw badRequest('No reservation was requested.');
    const confirmationCode = reservationCode(context, 'CC');
    changeLicensing(context, {
      registration: { phase: 'reserved', since: context.world.clock.now(), confirmationCode },
      reservationRequest: null,
    });
    watchLicence(context);
    return confirmationCode;
  });
  on.admin('DELETE', `${path}/cancel`, () => {
    if (!licensingOf(context).reservationRequest) throw badRequest('No reservation was requested.');
    changeLicensing(context, { reservationRequest: null });
  });
  on.admin('DELETE', `${path}/release`, () => {
    reserved();
    const running = usage(context).nodes;
    if (running > 0) throw badRequest(`The reservation cannot be released: ${running} nodes are active.`);
    const returnCode = reservationCode(context, 'RC');
    changeLicensing(context, { registration: { phase: 'none' }, returnCode });
    watchLicence(context);
    return returnCode;
  });
  on.admin('POST', `${path}/discard`, ({ body }) => {
    text(65_536, 1)(body, 'body');
    return reservationCode(context, 'RC');
  });
  on.admin('GET', `${path}/confirmation_code`, () => reserved().confirmationCode);
  on.admin('DELETE', `${path}/confirmation_code`, () => {
    changeLicensing(context, { registration: { ...reserved(), confirmationCode: '' } });
  });
  on.admin('GET', `${path}/return_code`, () => {
    const { returnCode } = licensingOf(context);
    if (!returnCode) throw badRequest('There is no return code.');
    return returnCode;
  });
  on.admin('DELETE', `${path}/return_code`, () => changeLicensing(context, { returnCode: null }));
};
