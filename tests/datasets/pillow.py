#!/usr/bin/env python3
"""pillow.py FOLDER: writes images of every kind into FOLDER, and beside each, as NAME.rgb, the pixels that
Pillow reads from it: upright, RGB, 8 bits. A line for each: NAME HEIGHT WIDTH TOLERANCE. Exits with 77
without Pillow."""
import io
import struct
import sys
import zlib

try:
    from PIL import Image, ImageOps
except ImportError:
    sys.exit(77)

folder = sys.argv[1]


def scene(height, width):
    """Smooth colours with a mark in one corner, so that a mirror image is another."""
    image = Image.new("RGB", (width, height))
    for y in range(height):
        for x in range(width):
            image.putpixel((x, y), (255 * x // width, 255 * y // height, 255 if x < 5 and y < 3 else 90))
    return image


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png16(height, width, colour, channels):
    """A PNG of 16 bits, whose low bytes are noise."""
    rows = b""
    for y in range(height):
        rows += b"\0"
        for x in range(width * channels):
            rows += struct.pack(">H", (x * 2003 + y * 977) % 65536)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, colour, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def add(name, data, tolerance=0):
    with open(f"{folder}/{name}", "wb") as file:
        file.write(data)
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    if image.mode.startswith("I"):  # 16 bits of grey: Pillow does not scale them when it converts
        image = image.convert("I").point(lambda v: v * (1 / 257)).convert("L")
    image = image.convert("RGB")
    with open(f"{folder}/{name}.rgb", "wb") as file:
        file.write(image.tobytes())
    print(name, image.height, image.width, tolerance)


def saved(image, kind, **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


picture = scene(37, 29)
for mode in ("RGB", "L", "1", "P", "RGBA", "LA"):
    add(f"png_{mode}.png", saved(picture.convert(mode), "PNG"))
add("png16_rgb.png", png16(9, 7, 2, 3))
add("png16_rgba.png", png16(9, 7, 6, 4))
add("png16_grey.png", png16(9, 7, 0, 1), 1)
for mode in ("RGB", "L", "1", "P"):
    add(f"bmp_{mode}.bmp", saved(picture.convert(mode), "BMP"))
add("bmp_RGBA.bmp", saved(picture.convert("RGBA"), "BMP"))
# stb_image and libjpeg round the cosine transform and the colours differently.
add("jpeg_grey.jpg", saved(picture.convert("L"), "JPEG", quality=95), 3)
for sampling in (0, 1, 2):
    data = saved(picture, "JPEG", quality=95, subsampling=sampling)
    add(f"jpeg_sampling{sampling}.jpg", data, 4 if sampling == 0 else 8)
add("jpeg_progressive.jpg", saved(picture, "JPEG", quality=95, subsampling=0, progressive=True), 4)
add("jpeg_cmyk_adobe.jpg", saved(picture.convert("CMYK"), "JPEG", quality=95), 5)
plain = saved(picture, "JPEG", quality=95, subsampling=0)
trailers = (b"\0" * 100, b"\xff\xda behind the end", b"\xff\xd8\xff\xdb another", b"\xff\xc4\0\4")
for number, trailer in enumerate(trailers):
    add(f"jpeg_trailer{number}.jpg", plain + trailer, 4)
for orientation in range(1, 9):
    exif = Image.Exif()
    exif[0x0112] = orientation
    add(f"exif{orientation}.jpg", saved(picture, "JPEG", quality=95, subsampling=0, exif=exif), 4)
    add(f"exif{orientation}.png", saved(picture, "PNG", exif=exif))
for largest in (1, 7, 100, 255, 256, 1000, 65535):
    for kind, channels in (("P5", 1), ("P6", 3)):
        if kind == "P5" and largest > 255:
            continue  # Pillow reads these as 32-bit integers
        samples = [(i * 37) % (largest + 1) for i in range(6 * 5 * channels)]
        data = struct.pack(f">{len(samples)}{'H' if largest > 255 else 'B'}", *samples)
        add(f"{kind}_{largest}.ppm", f"{kind}\n# a comment\n6 5\n{largest}\n".encode() + data)
