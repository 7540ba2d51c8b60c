import pytest

from data.demo import demonstration_grid


@pytest.fixture(scope="session")
def jindong():
    return demonstration_grid("jindong", 1)
