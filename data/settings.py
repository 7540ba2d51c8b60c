"""Settings, declared once; every one is `ONEGRID_<NAME>` in the environment (docs/settings.md is made from here)."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Literal, Self

from pydantic import AliasChoices, Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What an administrator may set; nothing else in the product reads the environment."""

    model_config = SettingsConfigDict(env_prefix="ONEGRID_", env_file=None, extra="ignore", populate_by_name=True)

    database: str = Field(
        "sqlite:///var/onegrid.db", description="Database address: sqlite:///file or postgresql+psycopg://…"
    )
    host: str = Field("127.0.0.1", description="Address the server listens on")
    port: int = Field(
        8050,
        ge=1,
        le=65535,
        validation_alias=AliasChoices("ONEGRID_PORT", "PORT"),
        description="Port the server listens on (PORT is read too)",
    )
    demo: bool = Field(
        False, description="Demonstration: invented people, accounts offered on the login page, live leads"
    )
    live: bool = Field(True, description="In the demonstration, go on producing leads so that the wall lives")
    secret: str = Field(
        "", description="Secret that signs cookies and anchors, 32 characters or more; the demonstration makes its own"
    )
    data_key: str = Field(
        "",
        description="Secret that encrypts personal data, 32 characters or more; without it, derived from ONEGRID_SECRET",
    )
    https: bool = Field(
        False, description="The app is reached over HTTPS: cookies get the Secure flag and HSTS is sent"
    )
    language: Literal["zh", "en"] = Field("zh", description="Language of a first visit")
    var: Path = Field(Path("var"), description="Folder for evidence files, anchors, caches and backups")
    calendars: Path | None = Field(
        None,
        description="Folder with working-day files for years published after this release; without it, calendars in ONEGRID_VAR",
    )
    profiles: Path | None = Field(
        None, description="Folder with a county's own rule profiles and their texts, read beside those that ship"
    )
    templates: Path | None = Field(
        None,
        description="Folder with an office's own templates of documents (<code>.docx), used in place of those that ship",
    )
    idle_minutes: int = Field(30, ge=1, description="Minutes without a request after which a session ends")
    lockout_attempts: int = Field(
        5, ge=1, description="Wrong passwords or codes in a row after which an account is locked"
    )
    lockout_minutes: int = Field(15, ge=1, description="Minutes an account stays locked")
    second_factor: Literal["required", "offered", "off"] = Field(
        "required",
        description="Code by time beside the password: asked of whoever decides, unmasks or manages accounts; offered to everybody; or not to be had (the demonstration and drills: offered)",
    )
    max_body: int = Field(2 * 1024 * 1024, ge=1024, description="Largest request body in bytes")
    evidence_file_mb: int = Field(30, ge=1, description="Largest photograph or document of evidence in MB")
    evidence_film_mb: int = Field(300, ge=1, description="Largest video or sound recording of evidence in MB")
    evidence_megapixels: int = Field(60, ge=1, description="Most pixels of a photograph of evidence, in millions")
    hash: Literal["sm3", "sha256"] = Field("sm3", description="Hash of the event chain")
    anchor_minutes: int = Field(5, ge=1, description="Minutes between two anchors of the event chain")
    answer_days: int = Field(30, ge=1, description="Days for which an answer is kept under its Idempotency-Key")
    snapshot_hour: int = Field(6, ge=0, le=23, description="Hour (Asia/Shanghai) of the daily figures")
    tail_ms: int = Field(200, ge=20, description="Milliseconds between two looks for events written by other processes")
    scene_seconds: int = Field(20, ge=3, description="Seconds a scene of the wall stays")
    wall_height_m: float = Field(2.0, gt=0, description="Height of the wall's picture in metres")
    wall_distance_m: float = Field(8.0, gt=0, description="Metres between the wall and who reads it")
    wall_voice: bool = Field(
        True, description="The wall says an emergency aloud, after its tone, where the system has a voice"
    )
    tiles: str = Field("", description="Address template of raster tiles served inside the network; empty: no base map")
    notify_undo_seconds: int = Field(
        10, ge=0, le=600, description="Seconds a message that is no emergency waits, so that it can be undone"
    )
    notify_again_minutes: int = Field(
        5,
        ge=1,
        le=120,
        description="Minutes after which the next contact is told, and a call nobody answered is due again",
    )
    alarm_snooze_minutes: int = Field(
        5, ge=1, le=60, description="Minutes for which an alarm of the console is put off by who answers it so"
    )
    eyes_minutes: int = Field(
        30, ge=1, le=240, description="Minutes away at most at which grid workers are asked for a photograph"
    )
    sms_url: str = Field("", description="Address of the SMS gateway; empty: no SMS")
    sms_account: str = Field("", description="Account at the SMS gateway")
    sms_secret: str = Field("", description="Secret that signs requests to the SMS gateway")
    wecom_url: str = Field("", description="Address of a WeCom group robot, with its key; empty: none")
    dingtalk_url: str = Field(
        "", description="Address of a DingTalk or Zhezhengding group robot, with its token; empty: none"
    )
    dingtalk_secret: str = Field("", description="Secret of the DingTalk robot, where it asks for signed requests")
    drill: str = Field("", description="Number of the drill this process serves; `app.py drill serve` sets it")
    drill_port: int = Field(8060, ge=1, le=65535, description="Port a drill is served on, beside the real record")
    jobs: bool = Field(True, description="Run the scheduled jobs in this process")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Level of the log on standard error"
    )

    @model_validator(mode="after")
    def _shown_without_a_code(self) -> Self:
        """Accounts that anybody may enter are not held to a factor, unless that is said."""
        if (self.demo or self.drill) and "second_factor" not in self.model_fields_set:
            self.__dict__["second_factor"] = "offered"
        return self

    @property
    def calendar_folder(self) -> Path:
        """The folder of working-day files."""
        return self.calendars or self.var / "calendars"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()  # type: ignore[call-arg]  # every field has a default or comes from the environment


def cookie_prefix() -> str:
    """How the names of cookies begin; asked when a module is read, before there are settings.

    Browsers keep the cookies of one host together whatever the port: those of a drill are named apart, so that nobody is
    logged out of the real system by it.
    """
    return "onegrid_drill" if os.environ.get("ONEGRID_DRILL") else "onegrid"
