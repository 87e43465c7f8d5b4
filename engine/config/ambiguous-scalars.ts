import type { Finding } from '../core/findings.ts';
import type { ConfigNode, ScalarNode } from './config-node.ts';
import { appendPointer } from './json-pointer.ts';

/**
 * Notes about plain scalars that YAML 1.1 readers (the reference among them) understand differently from YAML 1.2
 * (spec 01 §1.1). Only notes: the value here is what YAML 1.2 says.
 */
export function findAmbiguousScalars(root: ConfigNode): Finding[] {
  const findings: Finding[] = [];
  visit(root, '', findings);
  return findings;
}

function visit(node: ConfigNode, pointer: string, findings: Finding[]): void {
  if (node.kind === 'mapping') {
    for (const [key, entry] of node.entries) visit(entry.node, appendPointer(pointer, key), findings);
  } else if (node.kind === 'sequence') {
    node.items.forEach((item, index) => {
      visit(item, appendPointer(pointer, index), findings);
    });
  } else if (node.kind === 'scalar' && node.plainText !== undefined && node.range) {
    const difference = differenceOf(node.plainText);
    if (difference) findings.push(finding(node, pointer, difference));
  }
}

function differenceOf(text: string): { readonly elsewhere: string; readonly write: string } | undefined {
  if (/^(yes|on|Yes|On|YES|ON|y|Y)$/.test(text)) return { elsewhere: 'true', write: `"${text}", or true` };
  if (/^(no|off|No|Off|NO|OFF|n|N)$/.test(text)) return { elsewhere: 'false', write: `"${text}", or false` };
  // YAML 1.1 wants a point and a signed exponent: 1.0e-4.
  const exponent = /^([-+]?)(\d+)(\.\d*)?[eE]([-+]?)(\d+)$/.exec(text);
  if (exponent && !(exponent[3] !== undefined && exponent[4] !== '')) {
    const [, sign, whole, fraction = '.0', exponentSign, power] = exponent;
    return { elsewhere: 'text', write: `${sign}${whole}${fraction}e${exponentSign || '+'}${power}` };
  }
  if (/^[-+]?0[0-7]+$/.test(text)) {
    const sign = text.startsWith('-') ? -1 : 1;
    const octal = sign * Number.parseInt(text.replace(/^[-+]/, ''), 8);
    return { elsewhere: `the octal number ${octal}`, write: String(Number(text)) };
  }
  if (/^[-+]?\d[\d_]*:[0-5]?\d(:[0-5]?\d)*$/.test(text))
    return { elsewhere: 'a number in base 60', write: `"${text}"` };
  if (/^[-+]?\d+(_\d+)+$/.test(text)) {
    return { elsewhere: `the number ${text.replaceAll('_', '')}`, write: text.replaceAll('_', '') };
  }
  return undefined;
}

function finding(
  node: ScalarNode,
  pointer: string,
  difference: { elsewhere: string; write: string },
): Finding {
  const here =
    typeof node.value === 'string'
      ? 'text'
      : `${typeof node.value === 'number' ? 'the number ' : ''}${node.value}`;
  const message = `${node.plainText} is ${here} here, but ${difference.elsewhere} for YAML 1.1 readers. Write ${difference.write}.`;
  return {
    code: 'C106',
    severity: 'note',
    message,
    pointer,
    ...(node.source.file !== undefined && { file: node.source.file }),
    ...(node.range && { range: node.range }),
  };
}
