import type { CloudWatchClient, CloudWatchClientConfig } from '@aws-sdk/client-cloudwatch';
import type { EC2Client, EC2ClientConfig } from '@aws-sdk/client-ec2';

/** How AWS is reached. Credentials come from the SDK's default chain unless they are given. */
export interface AwsConnection {
  /** Base URL in place of AWS: EC2 is at `<base>/aws/ec2`, CloudWatch at `<base>/aws/cloudwatch`. */
  endpointBase?: string | undefined;
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string } | undefined;
  /** Calls tried in all, the first included; 3 by default. */
  attempts?: number | undefined;
  /** Milliseconds for one try, 20,000 by default. */
  timeoutMs?: number | undefined;
  /** The transport, in place of HTTP over sockets; see `fetchRequestHandler`. */
  requestHandler?: NonNullable<EC2ClientConfig['requestHandler']> | undefined;
}

type Ec2Sdk = typeof import('@aws-sdk/client-ec2');
type CloudWatchSdk = typeof import('@aws-sdk/client-cloudwatch');

/** The SDK's clients, one per region; the SDK itself is loaded when the first is asked for. */
export interface AwsClients {
  ec2(region: string): Promise<{ sdk: Ec2Sdk; client: EC2Client }>;
  cloudWatch(region: string): Promise<{ sdk: CloudWatchSdk; client: CloudWatchClient }>;
  /** Closes all connections. */
  close(): void;
}

/** Opens clients as they are needed. */
export function awsClients(connection: AwsConnection): AwsClients {
  const ec2 = new Map<string, EC2Client>();
  const cloudWatch = new Map<string, CloudWatchClient>();
  return {
    ec2: async (region) => {
      const sdk = await import('@aws-sdk/client-ec2');
      const client = ec2.get(region) ?? new sdk.EC2Client(configOf(connection, region, 'ec2'));
      ec2.set(region, client);
      return { sdk, client };
    },
    cloudWatch: async (region) => {
      const sdk = await import('@aws-sdk/client-cloudwatch');
      const client =
        cloudWatch.get(region) ?? new sdk.CloudWatchClient(configOf(connection, region, 'cloudwatch'));
      cloudWatch.set(region, client);
      return { sdk, client };
    },
    close: () => {
      for (const client of [...ec2.values(), ...cloudWatch.values()]) client.destroy();
      ec2.clear();
      cloudWatch.clear();
    },
  };
}

function configOf(
  { endpointBase, credentials, attempts, timeoutMs, requestHandler }: AwsConnection,
  region: string,
  service: 'ec2' | 'cloudwatch',
): EC2ClientConfig & CloudWatchClientConfig {
  return {
    region,
    maxAttempts: attempts ?? 3,
    // Without `throwOnRequestTimeout` the SDK only warns about a call that hangs.
    requestHandler: requestHandler ?? {
      connectionTimeout: 5_000,
      requestTimeout: timeoutMs ?? 20_000,
      throwOnRequestTimeout: true,
    },
    ...(endpointBase && { endpoint: `${endpointBase.replace(/\/$/, '')}/aws/${service}` }),
    ...(credentials && { credentials }),
  };
}
