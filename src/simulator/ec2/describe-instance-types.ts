import type { Ec2Action } from './call.ts';
import { Ec2Error } from './errors.ts';
import { readFilters } from './filters.ts';
import { findInstanceType, type InstanceType, instanceTypes } from './instance-types.ts';
import { page } from './pages.ts';
import type { XmlValue } from './xml.ts';

/** Lists instance types by name and filter. */
export const describeInstanceTypes: Ec2Action = ({ query }) => {
  const names = query.texts('InstanceType');
  const unknown = names.find((name) => !findInstanceType(name));
  if (unknown) {
    throw new Ec2Error(
      'InvalidInstanceType',
      `The following supplied instance types do not exist: [${unknown}]`,
    );
  }
  const matches = readFilters<InstanceType>(query, {
    fields: {
      'instance-type': (type) => type.name,
      'bare-metal': (type) => String(type.bareMetal),
      'current-generation': () => 'true',
      'processor-info.supported-architecture': () => 'x86_64',
      'processor-info.supported-features': supportedFeatures,
      'vcpu-info.default-vcpus': (type) => String(type.vcpus),
      'memory-info.size-in-mib': (type) => String(type.memoryMib),
    },
  });
  const selected = instanceTypes
    .map((type, index) => ({ type, position: index + 1 }))
    .filter(({ type }) => (names.length === 0 || names.includes(type.name)) && matches(type));
  const { items, nextToken } = page(query, selected, ({ position }) => position, { least: 5, most: 100 });
  return { instanceTypeSet: items.map(({ type }) => typeAnswer(type)), nextToken };
};

function typeAnswer(type: InstanceType): XmlValue {
  return {
    instanceType: type.name,
    currentGeneration: true,
    freeTierEligible: false,
    supportedUsageClasses: ['on-demand', 'spot'],
    supportedRootDeviceTypes: ['ebs'],
    supportedVirtualizationTypes: ['hvm'],
    bareMetal: type.bareMetal,
    hypervisor: type.bareMetal ? undefined : 'nitro',
    processorInfo: {
      supportedArchitectures: ['x86_64'],
      supportedFeatures: supportedFeatures(type),
      manufacturer: 'Intel',
    },
    vCpuInfo: { defaultVCpus: type.vcpus, defaultCores: type.vcpus / 2, defaultThreadsPerCore: 2 },
    memoryInfo: { sizeInMiB: type.memoryMib },
    instanceStorageSupported: false,
    hibernationSupported: false,
    burstablePerformanceSupported: false,
  };
}

function supportedFeatures(type: InstanceType): string[] {
  return type.nestedVirtualization ? ['nested-virtualization'] : [];
}
