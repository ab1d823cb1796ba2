import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core';
import { IconCheck, IconKeyboard, IconLogout, IconUserCircle } from '@tabler/icons-react';
import { signOut } from '../login/sign-out.ts';
import { texts } from '../texts/texts.ts';
import { useMe } from './me.ts';

const SCHEMES = ['auto', 'light', 'dark'] as const;

/** Who is logged in, and how the page looks. */
export function AccountMenu({ onKeys }: { onKeys: () => void }) {
  const me = useMe();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu position="bottom-end" width={220} shadow="md" withinPortal>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={texts.top.account(me?.username ?? '')}
          title={me?.username}
        >
          <IconUserCircle size={22} stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {me && (
          <Menu.Label>
            {[me.username, me.department, me.roles.join(', ')].filter(Boolean).join(' · ')}
          </Menu.Label>
        )}
        {SCHEMES.map((scheme) => (
          <Menu.Item
            key={scheme}
            role="menuitemradio"
            aria-checked={colorScheme === scheme}
            rightSection={colorScheme === scheme ? <IconCheck size={16} aria-hidden="true" /> : undefined}
            onClick={() => setColorScheme(scheme)}
          >
            {texts.top.scheme[scheme]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconKeyboard size={16} />} onClick={onKeys}>
          {texts.top.keys}
        </Menu.Item>
        {me?.login && (
          <Menu.Item leftSection={<IconLogout size={16} />} onClick={signOut}>
            {texts.signOut}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
