import { MembraneError } from '../../core/error.js';
import { didYouMean } from '../../core/nearest.js';
import type { Command } from '../command.js';

const shells = ['bash', 'zsh', 'fish', 'powershell'];

export const completion: Command = {
  path: 'completion',
  summary: 'print the completion script of a shell',
  description: 'In bash it needs the package bash-completion.',
  args: [{ name: 'shell', summary: shells.join(', ') }],
  examples: [
    'completion bash >> ~/.bashrc',
    'completion zsh > ~/.zsh/_membrane',
    'completion fish > ~/.config/fish/completions/membrane.fish',
  ],
  async run(_session, [shell = '']) {
    if (!shells.includes(shell)) {
      const hint = didYouMean(shell, shells) ?? `the shells are ${shells.join(', ')}`;
      throw new MembraneError('usage/argument', `no completion for "${shell}"`, { hint });
    }
    const { completionScript } = await import('../complete.js');
    const script = completionScript(shell);
    return { data: { shell, script }, human: () => script };
  },
};
