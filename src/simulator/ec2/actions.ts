import type { Ec2Action } from './call.ts';
import { startInstances, stopInstances, terminateInstances } from './change-instances.ts';
import { describeImages } from './describe-images.ts';
import { describeInstanceTypes } from './describe-instance-types.ts';
import { describeInstanceStatus, describeInstances } from './describe-instances.ts';
import { describeAvailabilityZones, describeRegions, describeSubnets } from './describe-places.ts';
import { runInstances } from './run-instances.ts';
import { createTags, deleteTags, describeTags } from './tags.ts';

/** What the simulated EC2 can do, by the name of the action. */
export const ec2Actions: Readonly<Record<string, Ec2Action>> = {
  CreateTags: createTags,
  DeleteTags: deleteTags,
  DescribeAvailabilityZones: describeAvailabilityZones,
  DescribeImages: describeImages,
  DescribeInstances: describeInstances,
  DescribeInstanceStatus: describeInstanceStatus,
  DescribeInstanceTypes: describeInstanceTypes,
  DescribeRegions: describeRegions,
  DescribeSubnets: describeSubnets,
  DescribeTags: describeTags,
  RunInstances: runInstances,
  StartInstances: startInstances,
  StopInstances: stopInstances,
  TerminateInstances: terminateInstances,
};
