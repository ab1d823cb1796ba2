import { notFound } from '../errors.ts';
import { type ImageDefinition, imageDefinitions } from '../image-definitions.ts';
import { interfaceLabel, type NodeDefinition, nodeDefinitions } from '../node-definitions.ts';
import { flag } from '../shape.ts';
import { changeSettings, settingsOf } from '../system-settings.ts';
import type { Topic } from './endpoints.ts';

/** Node and image definitions; they are as installed: only their read-only mark can be changed. */
export const definitionsTopic: Topic = (on, context) => {
  const readOnly = (id: string, otherwise: boolean) =>
    settingsOf(context.store).readOnlyDefinitions[id] ?? otherwise;
  const setReadOnly = (id: string, body: unknown) =>
    changeSettings(context.store, {
      readOnlyDefinitions: {
        ...settingsOf(context.store).readOnlyDefinitions,
        [id]: flag(body, 'body'),
      },
    });
  const node = (id: string | undefined) => {
    const definition = nodeDefinitions.get(id ?? '');
    if (!definition) throw notFound('Node definition', id ?? '');
    return definition;
  };
  const image = (id: string | undefined) => {
    const definition = imageDefinitions.get(id ?? '');
    if (!definition) throw notFound('Image definition', id ?? '');
    return definition;
  };
  const nodeView = (one: NodeDefinition) => nodeDefinitionView(one, readOnly(one.id, true));
  const imageView = (one: ImageDefinition) => ({
    ...one,
    schema_version: '0.0.1',
    read_only: readOnly(one.id, one.read_only),
  });
  const images = () => [...imageDefinitions.values()].map(imageView);

  on.user('GET', '/node_definitions', () => [...nodeDefinitions.values()].map(nodeView));
  on.user('GET', '/simplified_node_definitions', () =>
    [...nodeDefinitions.values()].map((one) => ({
      ...nodeView(one),
      image_definitions: images()
        .filter((candidate) => candidate.node_definition_id === one.id)
        .map((candidate) => candidate.id),
    })),
  );
  on.user('GET', '/node_definitions/:definitionId', ({ params }) => nodeView(node(params['definitionId'])));
  on.user('GET', '/node_definitions/:definitionId/image_definitions', ({ params }) => {
    const { id } = node(params['definitionId']);
    return images().filter((one) => one.node_definition_id === id);
  });
  on.admin('PUT', '/node_definitions/:definitionId/read_only', ({ params, body }) => {
    setReadOnly(node(params['definitionId']).id, body);
    return nodeView(node(params['definitionId']));
  });
  on.user('GET', '/image_definitions', images);
  on.user('GET', '/image_definitions/:definitionId', ({ params }) =>
    imageView(image(params['definitionId'])),
  );
  on.admin('PUT', '/image_definitions/:definitionId/read_only', ({ params, body }) => {
    setReadOnly(image(params['definitionId']).id, body);
    return imageView(image(params['definitionId']));
  });
  on.user('GET', '/list_image_definition_drop_folder', () => []);
};

function nodeDefinitionView(one: NodeDefinition, readOnly: boolean) {
  const { interfaces } = one;
  return {
    id: one.id,
    schema_version: '0.0.1',
    general: { nature: one.nature, description: one.label, read_only: readOnly },
    device: {
      interfaces: {
        has_loopback_zero: interfaces.loopback,
        physical: Array.from({ length: interfaces.max }, (_, slot) => interfaceLabel(one, slot)),
        serial_ports: one.console === 'none' ? 0 : 1,
        default_count: interfaces.defaultCount,
        ...(interfaces.loopback ? { loopback: ['Loopback0'] } : {}),
      },
    },
    ui: {
      label: one.label,
      label_prefix: `${one.id}-`,
      description: one.label,
      group: one.nature === 'server' ? 'Others' : 'Cisco',
      visible: true,
      icon: one.nature === 'firewall' ? 'firewall' : one.nature,
    },
    sim: {
      linux_native: {
        libvirt_domain_driver: one.driver,
        driver: one.console === 'linux' ? 'server' : one.id,
        ram: one.ramMb,
        cpus: one.cpus,
        cpu_limit: 100,
        video: { memory: 16 },
      },
    },
    boot: { timeout: 300 },
    configuration:
      one.configurationFile === null
        ? { generator: { driver: null } }
        : {
            generator: { driver: one.id },
            provisioning: {
              files: [{ editable: true, name: one.configurationFile, content: '' }],
              media_type: 'iso',
              volume_name: 'disk',
            },
          },
    inherited: {
      image: {
        ram: true,
        cpus: true,
        data_volume: false,
        boot_disk_size: false,
        cpu_limit: true,
      },
      node: {
        ram: true,
        cpus: true,
        data_volume: false,
        boot_disk_size: false,
        cpu_limit: true,
      },
    },
  };
}
