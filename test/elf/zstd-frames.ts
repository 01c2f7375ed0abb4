/**
 * Frames of zstd 1.5.4 (`zstd --no-check`), and what is in them, made again here.
 */

function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state;
  };
}

const words =
  'tty_write hung_up_tty_write n_tty_write pty_write redirected_tty_write vfs_write ksys_write static inline int long struct file size_t loff_t ssize_t'.split(
    ' ',
  );

/** Text with the look of C, the same for a seed. */
function text(size: number, seed: number): string {
  const next = random(seed);
  let out = '';
  while (out.length < size) {
    const value = next();
    out += words[value >>> 28];
    out += (value & 7) === 0 ? `(${value.toString(16)});\n` : ' ';
  }
  return out.slice(0, size);
}

/** Pieces of one text again and again: blocks that use the tables of the ones before them. */
function pieces(size: number): string {
  const block = text(3000, 3);
  let out = '';
  for (let i = 0; out.length < size; i++) out += block.slice((i * 37) % 2000, ((i * 37) % 2000) + 700);
  return out.slice(0, size);
}

function noise(size: number): Uint8Array {
  const next = random(5);
  return Uint8Array.from({ length: size }, () => next() >>> 24);
}

export interface Frame {
  readonly name: string;
  readonly content: Uint8Array;
  readonly packed: Uint8Array;
}

const frame = (name: string, content: string | Uint8Array, base64: string): Frame => ({
  name,
  content: Buffer.from(content),
  packed: Buffer.from(base64, 'base64'),
});

export const frames: readonly Frame[] = [
  frame(
    'text, level 1',
    text(6000, 1),
    [
      'KLUv/WBwFrUvAIarcRyAJ3UICLTjPsGxhJjcTGeCuok23Mr6gaqYEAAhdwBlAGMARh5PtfroWnEYidUmfkYAN3AoDiOTmZ5d7Pb4JZ7hf+BQHE',
      'Y6n/KoweeaQxQYAFxBQHEYudSvWUVEAlF4Bk9oieIwUqpdXYXPNYSEgIH5aydozAkKAG7gUDi0Lw4jEUP5ja/wuoDgJQru2sG1xBsU/DWCAwPC',
      'QwTkl19TKrJMnP1YWh1iFhaHkakZeUGYGCFKslG7mEQspXV297E4jPR/9gaTqmVb8Lmmtjz3ozNKdkVEcRhplIsuQ5W6lBeHkV9WfSF8rhnuhB',
      'hhMlJ9/rHwXCsOI/2qMd/oh/bFEcosfP7Il2Fn70L4bHyTKUkd5UTLTn4qBzFci/Bh6Fqv9KSgfmpx9LW7C3+9i1Gc+NHPYd/o2sUULCrdE661',
      'VpVHwmR1QegaYpmMOph9/nklopp+T2FHBruL8jo+w/9zrSg2AQcGhPeKw0hOZ/2CxJDEGCbW+gg1F1FHU5hafK4plVQy1EarHzXPM+4yJc1Cvf',
      'hPOhnLQWsMslLMj0kJW4SckC5C8mgzYfHWZL+FGcKD2r8gcW9FclYSRgD3ENnVRK3lWdBZU1KCKahyHhGZOVKQFNIYMghkSDgu71LoAxJIw1zK',
      'MR00JCJFqjQGbarkVsAnmzVMXAm4AUhCkFZDY312UeUuHZW/IoLwPDaGsiyUxa8niAzgEDmxzeyxETO2o0IggJrgdeieh7hdRl0tMGVqBi1BjP',
      'XPFhUcisIKK942lMnMDWn3HAgLjm8i+NSe58VAwiGKX537uny1lb1XFwH4FQ8IvOdtg+MK2iK/FuaQL3fr5/E4o44GsDSJpgpnOBn6nP6j56x6',
      'ZlSyphwnm/18F9hrXnBzLsP/WPcaqYGPPmxpoxB1XR68dhTHNxv6/bIk9/xo7k7ELmKaBR2UZxQziMPe0ej3a8EzJNpojludGA9r+tAlUi4MWI',
      'eBrtAiZ+Raoz/bYS9L+kxNGCDeO5ECsgyuEFsmFP6tdoi8w/iP3nAGTPA/X1BauCJIH5DCaGBAS0LC+o2g/svvaw1+NNi5lea6T/6wUpGJR8oe',
      'Ycx6jRHT9WYtPBMU45xUwWo5Zm9muufts/BnfvrphGzrXJJQucpBjhikQF7i/CHbJEdiiJphrCHJSBZ+KrzfsCJJTEnTnnckL1GOZF3TRCZ+NB',
      '/NL+WdWW16DHHrvgnIgH3rhLId8iQlk7NYVoZM2on1peIGNjui5zh//LRFU+PeH1VB6OcNqSY4IUo4JU9lSCAPRUnRg3+3SWWfEkhAK/CSjzHH',
      '+OmYdsSIQlq65ZL+9FJo/fZME8hC3WGY6WcAlhU0jPALpeDh0H8iYgI+gkoNswXXjvGe09MQk0xopt+cT4g+HPXgpl5ZJJoKFKpXGIPdAN1Uoq',
      'lTPYA+1FSYe9OY491Hb+1gAaN8E7Z4ze61oBDMQBOGECVxwhUYSEihBvd7vAJLvb4JQU6tA/5uUAp0VQ9kqGUocck7+/lWpcASJwRwQjoRdHhS',
      'QBAGkDhs9BA7StAOVWN8FGWKGqKhkjUX+alW1MAWbwIIi1vIV2FFBvV1kRnvtKJs/ZOvVo4Z1wE27epL/PEod9yplgMM50vAnHqGsqdjIE0yIZ',
      'gs9nUQ+QU+JgLUgJFo7gZI4hM3+Fxj9OgnSsl/euRsCftg+AKetIoyFApDQepxRdG1hcgzTVwyUWxDv4JFAHudh2k0ieTTSb/J5GvW75O5qYBQ',
      '0vr+/UEb1+u2J+9kJekyohXWx1CA3C9+qT/rXtX9gGjpQNVcDyBNWeuE3CmHhAw4f/WTnj90gKphuejOvo0wZh53pJ7Tw2Fdf0A4Pcxr+xixX4',
      '63rdg+f66p+e2s33d+IEfggKpK2OBistEB29V4jZFkJk7662b9RYyaMPh6Bw0qcP5KkcXWDea4T1rXxWJypG2rmEhmr4z2IdPCqECpp4gamPBc',
      'zjxI5CqEwJrWrMXvyXf9Etlq1PWMtOlHuG8w8aKySTr/lt8vdrwFp2i1eIJdeaYVZQoH',
    ].join(''),
  ),
  frame(
    'text, level 19',
    text(6000, 1),
    [
      'KLUv/WBwFqUmAGYhVhqASxtAkCu14bcYKSQqGUFTSaElobe6gDl0MFsASQBKAIlveFP52Rw3VJmmlYURyTL4V6+nMBmEojEgIBoFtp8p0TCSZe',
      'ARhaG3mZhrFgjDMGi+tC+U5ouEgEgckoPyAEHgVlv3bZZk6cZiYSSOUA4IhfGOxBdl8RhAFkX6qRD76kbI6QYtp/Oa/KjXTvlQrzqJGW1ejto5',
      'eA4bpVuqTGWm/7dX3GyJNtFzO69jT8gIs+0hW3+U6Cxx6+Jljte2+k9MSfltZxlz1UNLJfovv+3r9OfkmTQh3VXIt9Z8NnWaXpFixg6rb6Z/FP',
      '4hYmeZeZ/eSKVlZeZKtfOF9tzVMMZy0eHDerXTtMpcq39mBzHH54x/0tGmtDU+47GDl1DbVLu6dwx7scNTz7eSJcQusdVpzv/pW0itTNe8y0fx',
      'tGRd2OdXHvLGa/mJuKnV/oqOe+tR7E5bJ1ljgamo0YpIMKcFSYYDQQiBYZSTnEofInAECJEjQBsE5YwjjhITKVGYgibDHCPDiE6zySbHpaWbsf',
      '94K3piaQbAHAzBxI3qeAGqeAzRADAHTGp1bDV+gBBVarsdQEmdqZav10i8RxkSUUl6iXArpiC0NiIPpc4AUTVMGquazGcXq6t3cAPxKpURn4e9',
      'cp3kEBPz9+MK2J5rIY5M2KGduyKl4HePfM1OjBQP1lk2+r7xEWXrHeEVoI38K/ZXSLUonH9hKM1ovOm30yiI0AfSaNPr+9s6j+XsjLZvRnXilE',
      'aT0S1f+M4h9xgYg75uLYMyrQ8jt1H7wqDbNBmg7+UqnYaV4Zf0uPWToJyfuGOloYTBCVKn7r2BEOH8xmb1GH+zvdz7EKLOEqZP+OInyKyMLmUQ',
      'l3BHURjA90infJlFimctNXMT8dCGfmS6ULcenfau2ZnwN/zpg/yzZsQw8x/wPqF3IGFLbYafM2gDA+qC3chFT4xfL9C5FVH9gMc1m/EZMNB7WQ',
      'otYOMikQVvZ0yBvADemEofM9Of0EwZZgJBcXGrzsAGftBTMAWhdCvBwf7zR7YU2iw1CjA79sgsewsMlg5ps7ZvgDpT9lpKHK/fvMjSW8MRXt+m',
      'onprtlUiSlkClW6IEgj7zvyMehVq4AvvzAVW0O5i/RcddgTsCqVSy3og234FV9aCfCi1SAYpsgDlh5oNcl0Sk9ffo67B+GPEtJCzZIQLWNhOiO',
      'pfLZ/rwK84t7TDcJUi2yeKLHI5wM62EQiqXDwqIO74EgETsfpcwolTbIk9015cSjIXJuH6BOXJRKCArP3GbflmCp07l0pyUEe3pUbHF+SNPGQQ',
      'uIZHKVo6/nfRKWbunvC546doREnf3N6Q2WtQOgZi0+aK1PL+/wNKp+CaMhuYlgivDb9PC7ki9MFW/FVlBPHeZKZk6OWvEViO7jjJofLjbKGee5',
      '4bkFAlx2BATAp4DUsd1HD5BawgThGs2I5Y98v/Z71+6/BWSBrk9ish70ggSRxIRfqzOHLoiDCzuLxIyj29r/qip0jwNleFpBRyLKq5eiteixIK',
      'dL9awYqxOEi5k5ZO09YRHl4r/LgFw2JQ+g8fgiStgrVPB09Nhg+EwvlkmiK2JI/qLsFkSyJY2kJd3UUMidsPqVubbogSJMXq/hK+CtF3syXcFN',
      'cfqrTgqqVcfw==',
    ].join(''),
  ),
  frame(
    'a few words, level 19',
    text(200, 7),
    [
      'KLUv/SDIlQMAkkUTF4BNGwBZCohkv3VYTDYhRO9KWygViQAMbZGauWSrACIcilhELhWcN9mv9yUv40WnocJtARBh0OJQRlIErdAdc9r+ee+o2r',
      'DL7xOhdCcNIBBMaXmrDgsLVBQwOwO+TEB+l+AMsBue3Ika+JXLxGUC',
    ].join(''),
  ),
  frame(
    'one byte 300,000 times',
    new Uint8Array(300_000).fill(0x90),
    ['KLUv/aDgkwQAVAAAEJCQAQD7/znAAgIAEJADnwSQ'].join(''),
  ),
  frame(
    'noise, which stays as it is',
    noise(100),
    [
      'KLUv/SBkIQMAPLs+2rdcfzgN3hApf6Ql2Hlj4BT6W8CbmXn6coA4R8wvaPo95Eh4TOOIZJkaKBQkyEkZdSdbAKs+TpG2ZaQlOxeQ6vIXfCdzFK',
      'DLwEaR7w+v5AqR+1T9SDT6NB65nZLOLhjUZA==',
    ].join(''),
  ),
  frame(
    'four blocks, level 19',
    pieces(400_000),
    [
      'KLUv/aCAGgYA7BwAhpM4GnBJHYAGWVC2iquouNr6/9eTWLaNvRRVJxAHNQAwAC4AiAgd8Yoyj//5Eoipy6m3jMwh50AakJIwkkJxJD5AEOC2h9',
      'tDMw9vxKS4jIiMxWdELA7GPAQpsjOFvsyo0vZQvWnI7zBn/hFEO1kxd/dD4hjIBCFp6aTDz7w42yyTX51vpqDP5wFo0UKMMciv2EDoGGTU6dsh',
      'cDdV2mYiEfqetsuk9uaUmbWH/LHjbtKutU3GVvsc0rmzixJ1q4867Ksf5Li79Rg9bC1WzWxrjjqgD/26JWM52qkRZMihvjPztUpvNYEZqBHTSJ',
      'qm/Q5BGAFCiGkoyawHMkAkDAgZiqkYRARMyAghhgiIkAgjwitEfb9VDaBpj5G7lBK60VXysSrcfZQ0lUaJs7WUiYmSa9VYwo25vk7QBHpyl66j',
      'v/U+DupdAE2IR+7SCfgVRELnAjQlk7vkSbtGu4Wq14iSaB/rAT4SQFMTuUtJn1B4+LGIQqGkoSNULiGQ0nO4kgLQZEfu0hhZ2gJiR4cKCKDpYi',
      'N3aWLN55nL3YwfoIkYuUuJTfjXtY/QtJTKDy6PrP4hpacZqif7ANCEt5G7dI5A9IAggyIDaKJF7lJgAk7oHDkQ83enpElSnX8F49UgJdUH0IRL',
      '7tI5jSEo8nYbdDQHRgk7mGDSRQCaHJG7tGLST2rYHaAJRO7S6dffjogbZGb4sVsTvLlLH/H3ku6rqgA0tSJ3KX0gwf3b4SRESovusAfqoQE0Qc',
      'ldunG49mbVaqbdAJqEyF3yJTmNaXQ+ErclJTcCg9GUsOp7rKz5lKApKblLPk9ZrARqAmhSP3KX/CdzDCp4r6SpoEus0eu6u19KojpH8GnSxGuC',
      'Ze7SGTOOCM7dngWgaUTuUuoVy4babCEKpDqlrMqxYM4PoClH7pInKLHKif0AmpCRu3Siqjdn10cTJU1GNzoFQc/QjAdAEx+5S4kPk0G+IPIQQR',
      'MuuUvHwFG4aJq/rppgtiTy0aYkZqdL15OSpnxAjRcLXxBGiQr0/rjChhqjSY+JL5khkY5+CyVNoHZ+Cx3J0ZTDv4lpzy7AkKKMnJKm7B2LghpH',
      'leyucPrA0SNqj+wi6sPDALDIJHNxGo+Qtxd0aFrABkzUh0XuQtEh1sB8WZeI8eraRAIIDBa+kIOl0OfrtE6K0qrkdJvWIWoWDTfuq8oNlc1CaT',
      'cqyP7cUNN+K+fduwPx8ukRWt8bvqa+LtUOmVWrAjQLAIhodSg2NDMyZjE1NjgyN2MwMIEaqOELGweRKyOpkQ4iEAQQCASBQoAgBAiBgiAIgiAE',
      'CYtwCZYIrwj8qa2JaLI0KU1Kk6RRQtOjydP0ND1Nnqan6Wn6ND2a3orqmogmS5PSpDRpmsREE2avYUpMiWkwaUyCaZgGTIUpRqjEBDVZTIyJME',
      'GYjgkxUc/UmAaTxiSYBpPAVJgCU9BMjWlgakwC02AKTIUpllDEhJgwJoIJMTkmxMSYEibEtDCUNkyNaWBqTILpMIWByT2lWjJYQpbUkmppWrqW',
      'DkvCUodb6yRLFtO2FFtCS9QSYAlaGnFJtnQtDUuEJbRELQGWIEsjl0pL19JgSVhCS6QlwBLOJ9xStoSWUEvAErRksCQsoaXUEjRP0BK1BCyBLA',
      '1LwtKK4/xviciishkKxbQo3lKCPgyT6QEeH+qUoIuQn+cmKEGjSuluJZUSlLY0pR8zlO4asoNKSGkA/QNkCwAAgXZoAOHvfwYS+EcQQCAQCARB',
      'gAyQEAlJ8K/wA1UOyoJCUAYKJNWBehDlQSEoA4WgEhSBMg5VoA7UAVWgHpSBgqASFG+oAnWgDqgC9aAMFIKKSXWgHpSBQlAJikA5KAB1QFWoB6',
      'gO1IMyUAgqQREoN0FZ4kVPwBN5Yk/tKT8leUpP6mn01PYEQYEn9tSe0lN6Ck96n9KTfhp5Ck/ZU3tST+OJ9ik8ZU/tSXoaT+RJPG2fWk/AE3li',
      'T+0pPeWnME/5SeIpypR7Sk/5KcxTepKeFvDETo45Nafm1JyaU3NqTs2pOdUqxTiBJ+bUnJpTc2pOzalDJ+KEnJyTc3JOzsk5OScHnYgTcnJOlp',
      'Nzck7OyVEp4oScnJNzck7OyTs54ESckJNDqSuciBNyck7OyXJykJNQFK8paZqatCatSWvSmrQmrUl11K1JOAVNWRPQhDQhTUgTdk6ENVFNSdPU',
      'pDVpTVqT1qR6E9W0AcgOjAsAAIF2aADh7/8GEjiBQCAQCIIQcBAiQiRAAULw/wo/ASKqnVgV1UYFoWqoRlQF1YiqoBpRFVTDsHRUBdWIqqAaUR',
      'VUQ4/K57g2habMVJl6U2YKTLkpNcX2qpmqqNBUMcWm3tSbelMHp+xUhikzFabEVJl6VsamSE6ZqTAlpoqpN2WmwJQXrBZTZipMiaky9abMFJhy',
      'U2qKnas09abe1Jt6U9fUg6YoZzpSS4pJLSkgJaW0ST0pJrXSipN6U0IKkApSS4pJLSncUk+KSS0pICWkpJQ5qS9FpZQUkBJSgpSRAqSC1EIrJn',
      'WkjBQgFaSWFJNaUkBKSGmzIlJKSkklqSNlSCGAlPonKYpEoSgWVaJEVBP1okgUyCpN1JEaUSiKRZUoEdVEHZCqENWiXhSLKlEiqol6UQyjWtSL',
      'YlFFlIhqow5EVaxSol4UiUJRLKpEiagm6kWRKFBVIkpENVEvikRBUQyKAmKgCZQRKCNQRqCMYZMz/QAAABJYAAAQfkdgxf//zHwpoKJsqp1KqI',
      'hqVEYFVFhbAQ==',
    ].join(''),
  ),
];
