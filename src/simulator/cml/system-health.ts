import type { CmlContext } from './context.ts';
import { usage } from './lab-life.ts';
import { authorizationStatus, licensingOf } from './licensing-state.ts';
import { isEnterprise } from './licensing-view.ts';
import { defaultCapacity } from './options.ts';
import { settingsOf } from './system-settings.ts';

const gib = 1024 ** 3;
/** What CML itself takes before the first node runs. */
const own = { cpuPercent: 2, memoryGb: 4, diskGb: 40 };

/** `system_health`: one host that is controller and compute in one. */
export function systemHealth(context: CmlContext) {
  const { computeId, admission_state } = settingsOf(context.store);
  const { cpus } = context.options.capacity ?? defaultCapacity;
  return {
    valid: true,
    is_licensed: authorizationStatus(context) === 'IN_COMPLIANCE',
    is_enterprise: isEnterprise(licensingOf(context).product),
    computes: {
      [computeId]: {
        hostname: context.options.hostname,
        is_controller: true,
        admission_state,
        valid: true,
        kvm_vmx_enabled: true,
        enough_cpus: cpus >= 4,
        lld_connected: true,
        lld_synced: true,
        libvirt: true,
        fabric: true,
        device_mux: true,
        refplat_images_available: true,
        docker_shim: true,
      },
    },
    controller: { core_connected: true, nodes_loaded: true, images_loaded: true, valid: true },
  };
}

/** `system_stats`: what the host has, and what its nodes take of it. Memory and disk in bytes. */
export function systemStats(context: CmlContext) {
  const { computeId } = settingsOf(context.store);
  const capacity = context.options.capacity ?? defaultCapacity;
  const used = usage(context);
  const total = context.store.nodes.values().filter((node) => node.life.phase !== 'defined').length;
  // A running node keeps about a tenth of its CPUs busy and all of its memory.
  const percent = Math.min(100, own.cpuPercent + (used.cpus * 10) / capacity.cpus);
  const load = (percent / 100) * capacity.cpus;
  const cpu = {
    count: capacity.cpus,
    percent: round(percent),
    model: 'Simulated CPU',
    hyperthreading: true,
    predicted: round(Math.min(100, (used.cpus * 100) / capacity.cpus)),
    load: [round(load), round(load), round(load)],
  };
  const memory = split(capacity.memoryGb * gib, own.memoryGb * gib + used.ramMb * 1024 ** 2);
  const disk = split(capacity.diskGb * gib, own.diskGb * gib + total * (gib / 4));
  const dominfo = {
    total_nodes: total,
    total_orphans: 0,
    running_nodes: used.nodes,
    running_orphans: 0,
    allocated_cpus: used.cpus,
    allocated_memory: used.ramMb * 1024,
  };
  return {
    computes: {
      [computeId]: {
        hostname: context.options.hostname,
        is_controller: true,
        stats: { cpu, memory, disk, dominfo },
      },
    },
    all: {
      cpu: { count: cpu.count, percent: cpu.percent },
      memory,
      disk,
      controller: { disk },
      running_nodes: used.nodes,
      allocated_cpus: used.cpus,
      allocated_memory: used.ramMb * 1024,
    },
    controller: { disk },
  };
}

const round = (value: number) => Math.round(value * 100) / 100;
const split = (total: number, wanted: number) => {
  const used = Math.min(total, Math.round(wanted));
  return { used, free: total - used, total };
};
