/** The system's own services that call the control plane's internal operations. */
export const SERVICES = ['resource-scheduler', 'worker-controller', 'lablet-controller'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** Whether it is the name of one. */
export const isServiceName = (name: unknown): name is ServiceName =>
  SERVICES.some((service) => service === name);
