#!/usr/bin/python3
"""render.py ANSI PNG: draws what `tmux capture-pane -e -p` printed, 80 columns by 24 rows."""
import re
import sys
import unicodedata

from PIL import Image, ImageDraw, ImageFont

COLUMNS, ROWS, SIZE, EDGE = 80, 24, 20, 16
FONTS = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono"
PAPER, INK = (24, 26, 31), (208, 211, 217)
COLOURS = [
    (24, 26, 31), (224, 108, 117), (152, 195, 121), (229, 192, 123),
    (97, 175, 239), (198, 120, 221), (86, 182, 194), (208, 211, 217),
    (110, 116, 130), (240, 135, 143), (176, 216, 148), (242, 211, 152),
    (130, 194, 250), (214, 150, 235), (115, 205, 216), (240, 242, 245),
]


def indexed(n):
    """A colour of the 256: 16 of a terminal's own, a cube, a ramp."""
    if n < 16:
        return COLOURS[n]
    if n < 232:
        levels = (0, 95, 135, 175, 215, 255)
        n -= 16
        return levels[n // 36], levels[n // 6 % 6], levels[n % 6]
    return (8 + 10 * (n - 232),) * 3


class Pen:
    def __init__(self):
        self.reset()

    def reset(self):
        self.ink = self.paper = None
        self.bold = self.dim = self.underlined = self.reverse = False

    def take(self, numbers):
        """One SGR sequence."""
        while numbers:
            n = numbers.pop(0)
            if n == 0:
                self.reset()
            elif n in (1, 2, 4, 7):
                setattr(self, {1: "bold", 2: "dim", 4: "underlined", 7: "reverse"}[n], True)
            elif n == 22:
                self.bold = self.dim = False
            elif n in (24, 27):
                setattr(self, {24: "underlined", 27: "reverse"}[n], False)
            elif n in (38, 48):
                mode = numbers.pop(0)
                colour = indexed(numbers.pop(0)) if mode == 5 else tuple(numbers.pop(0) for _ in range(3))
                setattr(self, "ink" if n == 38 else "paper", colour)
            elif n in (39, 49):
                setattr(self, "ink" if n == 39 else "paper", None)
            else:
                self.take_base(n)

    def take_base(self, n):
        for first, base, field in ((30, 0, "ink"), (40, 0, "paper"), (90, 8, "ink"), (100, 8, "paper")):
            if first <= n < first + 8:
                setattr(self, field, COLOURS[base + n - first])

    def colours(self):
        ink, paper = self.ink or INK, self.paper or PAPER
        if self.dim:
            ink = tuple((i + p) // 2 for i, p in zip(ink, paper))
        return (paper, ink) if self.reverse else (ink, paper)


def draw(text, out):
    fonts = [ImageFont.truetype(FONTS + tail, SIZE) for tail in (".ttf", "-Bold.ttf")]
    wide = int(round(fonts[0].getlength("M")))
    high = SIZE + 5
    image = Image.new("RGB", (COLUMNS * wide + 2 * EDGE, ROWS * high + 2 * EDGE), PAPER)
    canvas = ImageDraw.Draw(image)
    pen = Pen()
    for row, line in enumerate(text.split("\n")[:ROWS]):
        column = 0
        for part in re.split(r"(\x1b\[[0-9;:]*m|\x1b\(B|[\x0e\x0f])", line):
            if part.startswith("\x1b["):
                pen.take([int(n or 0) for n in re.split("[;:]", part[2:-1])])
            if part[:1] in ("\x1b", "\x0e", "\x0f"):
                continue
            for letter in part:
                ink, paper = pen.colours()
                x, y = EDGE + column * wide, EDGE + row * high
                cells = 2 if unicodedata.east_asian_width(letter) in "WF" else 1
                if paper != PAPER:
                    canvas.rectangle((x, y, x + cells * wide - 1, y + high - 1), fill=paper)
                canvas.text((x, y), letter, font=fonts[pen.bold], fill=ink)
                if pen.underlined:
                    canvas.line((x, y + high - 3, x + cells * wide, y + high - 3), fill=ink)
                column += cells
    image.quantize(256).save(out, optimize=True)


with open(sys.argv[1], encoding="utf-8") as file:
    draw(file.read(), sys.argv[2])
