@echo off
rem UNTESTED: written after start.sh, never run on Windows. The files in wheels must be those for Windows.
setlocal
cd /d "%~dp0"
set /p SERIES=<python-version.txt
set /p SPEECH=<language.txt
if not exist environment\installed.txt (
  echo Installing, once ...
  py -%SERIES% -m venv environment || exit /b 1
  environment\Scripts\python.exe -m pip install --quiet --disable-pip-version-check --no-index --no-deps --require-hashes --find-links wheels --requirement requirements.txt || exit /b 1
  copy /y requirements.txt environment\installed.txt >nul
)
if "%~1"=="" (
  environment\Scripts\python.exe -m infraplan serve --data workbench --lang %SPEECH%
) else (
  environment\Scripts\python.exe -m infraplan %*
)
