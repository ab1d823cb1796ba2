/** A small lab with what matters here: tags of all kinds, configurations in both forms, words that YAML 1.1 reads as booleans. */
export const SMALL = `lab:
  title: Two routers
  description: ''
  notes: |-
    # Read me
    Connect them.
  version: 0.3.0
nodes:
  - id: n0
    label: R1
    node_definition: iosv
    image_definition: null
    x: -120
    y: 40
    configuration:
      - name: ios_config.txt
        content: |-
          hostname R1
          banner motd ^ answer "on" or off ^
    ram: null
    cpus: null
    cpu_limit: null
    tags:
      - core
      - serial:\${PORT_R1_SERIAL}
      - "on"
    interfaces:
      - { id: i0, label: Loopback0, type: loopback }
      - { id: i1, label: GigabitEthernet0/0, slot: 0, type: physical }
  - id: n1
    label: R2 west
    node_definition: csr1000v
    x: 120
    y: 40
    configuration: hostname R2
    cpus: 2
    ram: 4096
    tags: [ 'serial:5000:1', 'vnc:5001', 'pat:5002:22', 'pat:udp:5003:161' ]
    interfaces:
      - { id: i0, label: GigabitEthernet1, slot: 0, type: physical }
  - id: n2
    label: bridge
    node_definition: external_connector
    x: 0
    y: 200
    configuration: NAT
    tags: []
    interfaces:
      - { id: i0, label: port, slot: 0, type: physical }
links:
  - { id: l0, n1: n0, i1: i1, n2: n1, i2: i0, label: R1-R2, conditioning: {} }
`;
