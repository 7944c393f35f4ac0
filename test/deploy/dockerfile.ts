import { readFileSync } from 'node:fs';
import { DockerfileParser, type Instruction, type JSONInstruction } from 'dockerfile-ast';

export const DOCKERFILE = 'deploy/Dockerfile';

/** One step of a stage, as the Dockerfile has it. */
export interface Step {
  /** `RUN`, for instance. */
  readonly keyword: string;
  /** The words of an instruction in JSON, and else all that stands behind the keyword, as one. */
  readonly words: readonly string[];
  /** The values of its flags, by their names. */
  readonly flags: Readonly<Record<string, string>>;
}

/** A stage of the image, with its steps in order. */
export interface Stage {
  readonly base: string;
  readonly name: string;
  readonly steps: readonly Step[];
}

/** The instruction's text behind the keyword and the flags, on one line. */
function argumentsOf(instruction: Instruction): string {
  const given = (instruction as JSONInstruction).getFlags?.() ?? [];
  const text = instruction.getArgumentsContent() ?? '';
  return given
    .reduce((rest, flag) => rest.replace(`--${flag.getName()}=${flag.getValue()}`, ''), text)
    .replace(/\\\n\s*/g, '')
    .trim();
}

function stepOf(instruction: Instruction): Step {
  const given = (instruction as JSONInstruction).getFlags?.() ?? [];
  const flags = Object.fromEntries(given.map((flag) => [flag.getName(), flag.getValue() ?? '']));
  const text = argumentsOf(instruction);
  const [, json] = /^(?:CMD )?(\[.*\])$/s.exec(text) ?? [];
  const words = json ? (JSON.parse(json) as string[]) : [text];
  return { keyword: instruction.getKeyword(), words, flags };
}

/** The stages of the Dockerfile, in order; the last is the image. */
export function stagesOf(file = DOCKERFILE): Stage[] {
  const stages: { base: string; name: string; steps: Step[] }[] = [];
  for (const instruction of DockerfileParser.parse(readFileSync(file, 'utf8')).getInstructions()) {
    const step = stepOf(instruction);
    if (step.keyword === 'FROM') {
      const [base = '', , name = 'image'] = (step.words[0] ?? '').split(/\s+/);
      stages.push({ base, name, steps: [] });
    } else stages.at(-1)?.steps.push(step);
  }
  return stages;
}

/** What the image's last instruction of a kind says. */
export function lastOf(stage: Stage, keyword: string): Step {
  const step = stage.steps.findLast((each) => each.keyword === keyword);
  if (!step) throw new Error(`The image has no ${keyword}.`);
  return step;
}
