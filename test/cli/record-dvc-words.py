"""Writes dvc-words.json: every command and flag that `dvc --help` shows, as DVC's own parser has them.

Run by DVC's Python: python record-dvc-words.py > dvc-words.json
"""
import argparse
import json

from dvc import __version__
from dvc.cli.parser import get_main_parser

words = {}


def walk(parser, name):
    flags = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            shown = {id(action.choices[one.dest]) for one in action._choices_actions}
            for word, below in action.choices.items():
                if id(below) in shown:
                    walk(below, f'{name} {word}'.strip())
        elif action.option_strings and action.help != argparse.SUPPRESS:
            flags.append(sorted(action.option_strings))
    if name:
        words[name] = sorted(flags)


walk(get_main_parser(), '')
print(json.dumps({'dvc': __version__, 'words': words}, separators=(',', ':')).replace('],"', '],\n"').replace('{"add"', '{\n"add"'))
