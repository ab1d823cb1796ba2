import { z } from 'zod';
import { parseTopology } from '../topology/parse-topology.ts';
import type { ContentPackage } from './content-package.ts';
import { evidenceOf, readJobs } from './job-evidence.ts';
import { readPackageRubric } from './package-rubric.ts';
import { readDocument } from './package-yaml.ts';
import { readPortsFile } from './ports-file.ts';
import { type PackageFiles, refuse } from './unpack.ts';
import { visibleDevicesOf } from './visible-devices.ts';

const ROOT = 'PAv1/';

/** The manifest in any of the shapes that are about (reference 03, section 4.2): flat, or metadata and spec. */
const manifest = z.looseObject({
  format_version: z.literal('PAv1').optional(),
  apiVersion: z.string().optional(),
  name: z.string().optional(),
  version: z.coerce.string().optional(),
  content_id: z.coerce.string().optional(),
  pod_type: z.string().optional(),
  description: z.string().optional(),
  form_qualified_name: z.string().min(3).max(200).optional(),
  metadata: z
    .looseObject({
      name: z.string().optional(),
      title: z.string().optional(),
      content_version: z.coerce.string().optional(),
    })
    .optional(),
  spec: z.looseObject({ pod_type: z.string().optional(), summary: z.string().optional() }).optional(),
});

/** Reads PAv1: manifest, CML topology, ports, rubric, and the commands that jobs collect. */
export function readPav1Package(files: PackageFiles): ContentPackage {
  const about = readDocument(files, `${ROOT}manifest.yaml`, manifest);
  if (!about) refuse(`${ROOT}manifest.yaml`, 'is missing');
  const pod = (about.pod_type ?? about.spec?.pod_type)?.toLowerCase();
  if (pod !== undefined && pod !== 'cml_on_aws')
    refuse(`${ROOT}manifest.yaml`, `asks for pod type ${pod}; only cml_on_aws can be run`);
  const topology = files.get(`${ROOT}topology/cml.yaml`) ?? files.get('cml.yaml') ?? files.get('cml.yml');
  if (topology === undefined) refuse(`${ROOT}topology/cml.yaml`, 'is missing');

  const labels = parseTopology(topology).nodes.map((node) => node.label);
  const jobs = readJobs(files, ROOT, labels);
  const rubric = readPackageRubric(files, `${ROOT}grading/rubric.yaml`, jobs.captures);
  const evidence = evidenceOf(jobs, rubric);
  const ports = readPortsFile(files, `${ROOT}topology/ports.json`, labels);
  const xml = files.get('content.xml');
  const title = about.metadata?.title ?? about.name ?? about.metadata?.name;
  return {
    layout: 'PAv1',
    topology,
    ...(title ? { title: title.slice(0, 200) } : {}),
    ...(about.form_qualified_name ? { formQualifiedName: about.form_qualified_name } : {}),
    ...(xml === undefined ? {} : { visibleDevices: visibleDevicesOf(xml) }),
    ...(ports ? { ports } : {}),
    ...(rubric ? { rubric } : {}),
    ...(evidence ? { evidence } : {}),
    metadata: metadataOf(about),
  };
}

function metadataOf(about: z.output<typeof manifest>): Record<string, string> {
  const fields = {
    name: about.name ?? about.metadata?.name,
    version: about.version ?? about.metadata?.content_version,
    contentId: about.content_id,
    description: about.description ?? about.spec?.summary,
  };
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
