import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryDirectory } from '../../temporary-directory.ts'

/** The rows of the table are the vectors of the words: what a model gives can be computed by hand. */
export const WORDS: readonly string[] = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'dock', 'moon', 'tide', 'query:']
export const ROWS: readonly (readonly number[])[] = [
  [9, 9, 9],
  [0.5, 0.5, 0],
  [1, 0, 0],
  [0, 1, 0],
  [1, 2, 3],
  [-4, 0, 1],
  [0, 5, -2],
  [7, 0, 0]
]

/** A folder with the smallest model there is: it looks each token up in a table. */
export async function writeTinyModel(): Promise<string> {
  const folder = join(await temporaryDirectory(), 'tiny')
  await mkdir(join(folder, 'onnx'), { recursive: true })
  const vocab = Object.fromEntries(WORDS.map((word, index) => [word, index]))
  const specials = WORDS.slice(0, 4).map((content, id) => ({ id, content, special: true }))
  const special = (id: string, index: number) => ({ [id]: { id, ids: [index], tokens: [id] } })
  const token = (id: string) => ({ SpecialToken: { id, type_id: 0 } })
  const single = [token('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, token('[SEP]')]
  await writeJson(join(folder, 'config.json'), { model_type: 'bert', architectures: ['BertModel'] })
  await writeJson(join(folder, 'tokenizer_config.json'), {
    tokenizer_class: 'PreTrainedTokenizerFast',
    model_max_length: 16,
    pad_token: '[PAD]',
    unk_token: '[UNK]'
  })
  await writeJson(join(folder, 'tokenizer.json'), {
    version: '1.0',
    added_tokens: specials,
    normalizer: null,
    pre_tokenizer: { type: 'WhitespaceSplit' },
    post_processor: {
      type: 'TemplateProcessing',
      single,
      pair: single,
      special_tokens: { ...special('[CLS]', 2), ...special('[SEP]', 3) }
    },
    decoder: null,
    model: { type: 'WordLevel', vocab, unk_token: '[UNK]' }
  })
  await writeFile(join(folder, 'onnx', 'model.onnx'), onnxModel())
  return folder
}

async function writeJson(path: string, value: object): Promise<void> {
  await writeFile(path, JSON.stringify(value))
}

const FLOAT = 1
const INT64 = 7

/** `last_hidden_state = Gather(table, input_ids)`, in the numbers of ONNX's protobuf. */
function onnxModel(): Buffer {
  const columns = ROWS[0]!.length
  const table = message(
    varint(1, ROWS.length),
    varint(1, columns),
    varint(2, FLOAT),
    text(8, 'table'),
    field(9, Buffer.from(Float32Array.from(ROWS.flat()).buffer))
  )
  const graph = message(
    field(1, message(text(1, 'table'), text(1, 'input_ids'), text(2, 'last_hidden_state'), text(4, 'Gather'))),
    text(2, 'tiny'),
    field(5, table),
    field(11, tensor('input_ids', INT64, ['batch', 'tokens'])),
    field(12, tensor('last_hidden_state', FLOAT, ['batch', 'tokens', columns]))
  )
  return message(varint(1, 8), field(7, graph), field(8, message(text(1, ''), varint(2, 13))))
}

function tensor(name: string, elementType: number, dimensions: readonly (string | number)[]): Buffer {
  const shape = dimensions.map((each) => field(1, typeof each === 'number' ? varint(1, each) : text(2, each)))
  return message(text(1, name), field(2, field(1, message(varint(1, elementType), field(2, message(...shape))))))
}

function message(...parts: readonly Buffer[]): Buffer {
  return Buffer.concat(parts)
}

/** Small numbers only, but lengths may take several bytes. */
function varint(tag: number, value: number): Buffer {
  return Buffer.from([tag << 3, ...varintBytes(value)])
}

function field(tag: number, content: Buffer): Buffer {
  return message(Buffer.from([(tag << 3) | 2, ...varintBytes(content.length)]), content)
}

function text(tag: number, content: string): Buffer {
  return field(tag, Buffer.from(content))
}

function varintBytes(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varintBytes(value >>> 7)]
}
