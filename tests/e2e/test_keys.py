"""README's list of keys is what `verifail --keys` prints."""

import os
import re
import subprocess
import sys


def main():
    with open(os.environ["README"], encoding="utf-8") as file:
        readme = re.search(r"<!-- keys -->\n(.*?)<!-- /keys -->", file.read(), re.S)
    keys = subprocess.run([os.environ["VERIFAIL"], "--keys"], stdout=subprocess.PIPE, text=True, check=True).stdout
    if not readme or readme[1].strip() != keys.strip():
        sys.exit("README.md has other keys than the program: put what `verifail --keys` prints between the marks")
    assert keys.count("|") > 60, "hardly any keys"


if __name__ == "__main__":
    main()
