export const registerDevices = (_c: unknown) => () => {};
