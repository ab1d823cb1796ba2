import { Kbd, Modal, Switch, Table } from '@mantine/core';
import { texts } from '../texts/texts.ts';
import { switchLetters, useLetters } from './letters.ts';

/** All keys, and the switch for those that are single letters. */
export function KeysHelp({ onClose }: { onClose: () => void }) {
  const letters = useLetters();
  return (
    <Modal opened onClose={onClose} title={texts.keys.title} size="md">
      <Table>
        <Table.Tbody>
          {texts.keys.rows.map(([keys, does]) => (
            <Table.Tr key={keys}>
              <Table.Td>
                <Kbd>{keys}</Kbd>
              </Table.Td>
              <Table.Td>{does}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Switch
        mt="md"
        label={texts.keys.letters}
        checked={letters}
        onChange={({ currentTarget }) => switchLetters(currentTarget.checked)}
      />
    </Modal>
  );
}
