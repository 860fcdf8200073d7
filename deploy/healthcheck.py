"""Exit 0 when the web process of this container can answer visitors. Standard library only."""

import sys
import urllib.error
import urllib.request

ADDRESS = "http://127.0.0.1:8000/health/ready?only=web"


def main() -> int:
    try:
        with urllib.request.urlopen(ADDRESS, timeout=5) as answer:
            return 0 if answer.status == 200 else 1
    except (urllib.error.URLError, TimeoutError) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
