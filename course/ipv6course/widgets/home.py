"""The home page: the map of the course, what is next, who the learner is, where the files are.

A view of `ipv6course.classroom.course_map.read_map`. Links carry JupyterLab's command for opening
a file; elsewhere they are ordinary links.
"""

import asyncio
import json
from html import escape

import ipywidgets

from ipv6course.classroom import identity
from ipv6course.classroom.course_map import CourseMap, LessonState, read_map
from ipv6course.classroom.messages import _
from ipv6course.places import course_home
from ipv6course.widgets.column import Column
from ipv6course.widgets.work_file import WorkFile

_SECONDS_BETWEEN_LOOKS = 2.0
_STYLE = """
<style>
.ipv6-home { max-width: 46rem; line-height: 1.5; font-size: 15px; overflow-wrap: anywhere;
  color: var(--jp-content-font-color1, #1a1a1a); }
.ipv6-home h1 { font-size: 1.7em; margin: .2em 0; }
.ipv6-home h2 { font-size: 1.2em; margin: 1.2em 0 .3em; }
.ipv6-home ul { list-style: none; padding: 0; margin: 0; }
.ipv6-home li { display: flex; flex-wrap: wrap; gap: .2em .8em; align-items: baseline;
  padding: .45em .7em; margin: .25em 0; border-left: 5px solid #767676;
  background: var(--jp-layout-color2, #f2f2f2); }
.ipv6-home li.begun { border-left-color: #b26a00; }
.ipv6-home li.done { border-left-color: #2e7d32; }
.ipv6-home .state { margin-left: auto; }
.ipv6-home li.done .state { font-weight: 600; }
.ipv6-home a { color: var(--jp-content-link-color, #0b57d0); text-decoration: underline; }
.ipv6-home a.next { display: inline-block; padding: .5em 1em; margin: .6em 0; font-weight: 600;
  color: #fff; background: #0b57d0; border-radius: 4px; text-decoration: none; }
.ipv6-home a:focus-visible { outline: 3px solid #b26a00; outline-offset: 2px; }
</style>
"""


def _link(path: str, text: str, kind: str = "") -> str:
    arguments = escape(json.dumps({"path": path}), quote=True)
    css = f' class="{kind}"' if kind else ""
    return (
        f'<a{css} href="{escape(path)}" data-commandlinker-command="docmanager:open" '
        f'data-commandlinker-args="{arguments}">{escape(text)}</a>'
    )


def _state(lesson: LessonState) -> tuple[str, str]:
    """Return the css class and the words for how far a lesson is."""
    if lesson.is_done:
        return "done", _("✔ done")
    words = _("{done} of {checks} checks").format(done=lesson.done, checks=lesson.checks)
    return ("begun" if lesson.done else "open"), words


def _lesson_row(lesson: LessonState) -> str:
    if not lesson.is_here:
        words = _("not here yet: fetch it, menu Nbgrader → Assignment List")
        return f'<li class="away">{escape(lesson.title)} <span>{escape(words)}</span></li>'
    css, words = _state(lesson)
    minutes = _("{minutes} minutes").format(minutes=lesson.minutes)
    newer = "".join(_link(path, _("newer version")) for path in lesson.newer)
    return (
        f'<li class="{css}">{_link(lesson.path, lesson.title)} <span>{escape(minutes)}</span>'
        f'{newer}<span class="state">{escape(words)}</span></li>'
    )


def map_html(course: CourseMap) -> str:
    """Return the map as HTML."""
    parts = ['<div class="ipv6-home">']
    if not course.lessons:
        text = _("There are no lessons here yet. Run: ipv6course lab")
        parts.append(f"<p>{escape(text)}</p>")
    elif course.next is None and not all(lesson.is_here for lesson in course.lessons):
        text = _("What is here is done. Fetch an assignment: menu Nbgrader → Assignment List.")
        parts.append(f"<p>{escape(text)}</p>")
    elif course.next is None:
        text = _("You have passed every check of the course.")
        parts.append(f"<p>{escape(text)}</p>")
    else:
        text = _("Next: {title}").format(title=course.next.title)
        parts.append(f"<div>{_link(course.next.path, text, 'next')}</div>")
    for module in course.modules:
        rows = "".join(map(_lesson_row, module.lessons))
        parts.append(f"<h2>{escape(module.title)}</h2><ul>{rows}</ul>")
    return "".join([*parts, "</div>"])


def _title_html() -> str:
    title = _("The IPv6 course")
    return f'{_STYLE}<div class="ipv6-home"><h1>{escape(title)}</h1></div>'


def _files_html() -> str:
    where = _("Your files are in {folder}").format(folder=course_home())
    saved = _("They are saved there as you work, and stay when you close this page.")
    if identity.is_binder():
        saved = _("This place is gone soon after you leave it. Save your work before you do.")
    return f'<div class="ipv6-home"><p>{escape(where)}<br>{escape(saved)}</p></div>'


class Home(Column):
    """The home page as a widget. It looks for new progress every two seconds."""

    def __init__(self) -> None:
        self._map = ipywidgets.HTML()
        self._shown: CourseMap | None = None
        self._name = ipywidgets.Text(
            description=_("Your id"),
            placeholder=_("as your instructor knows you"),
            continuous_update=False,
            layout={"max_width": "24rem"},
        )
        self._save = ipywidgets.Button(description=_("Save"), tooltip=_("Save your id"))
        self._who = ipywidgets.HTML(_dom_classes=["ipv6-who"])
        self._save.on_click(self._tell)
        self.refresh()
        self._greet(identity.current())
        self._name.observe(self._tell, names="value")  # Enter, or leaving the field
        who = ipywidgets.HBox([self._name, self._save], layout={"flex_flow": "row wrap"})
        title = ipywidgets.HTML(_title_html())
        self._work = self._work_file()
        files = ipywidgets.HTML(_files_html())
        super().__init__([title, self._who, who, self._map, self._work, files])
        self._watch()

    def __repr__(self) -> str:
        """Return the map as text: what an exported page and a plain console show."""
        return read_map().table()

    def refresh(self) -> None:
        """Read the learner's progress and show it, if it changed."""
        course = read_map()
        if course != self._shown:
            self._shown, self._map.value = course, map_html(course)

    def _greet(self, learner: identity.Learner) -> None:
        if identity.hub_user() is not None:
            self._name.disabled = self._save.disabled = True
        if learner.is_guest:
            text = _("Who are you? Your exercises then have values of your own.")
        else:
            self._name.value = learner.id
            text = _("You are {learner}. Lessons that you open from now on know it.").format(
                learner=learner.id
            )
        self._who.value = f'<div class="ipv6-home" role="status"><p>{escape(text)}</p></div>'

    def _work_file(self) -> WorkFile:
        """Return the buttons for the learner's work; the module that was worked on is chosen."""
        modules = read_map().modules
        begun = [part.name for part in modules if any(lesson.done for lesson in part.lessons)]
        names = [(module.name, module.title) for module in modules]
        return WorkFile(names, begun[-1] if begun else None, self._restored)

    def _restored(self) -> None:
        self._greet(identity.current())
        self._work.session.learner = identity.current().id
        self.refresh()

    def _tell(self, _event: object) -> None:
        try:
            learner = identity.tell(self._name.value)
            self._greet(learner)
            self._work.session.learner = learner.id
        except (ValueError, OSError) as error:
            text = _("That id cannot be saved: {reason}").format(reason=error)
            self._who.value = f'<div class="ipv6-home" role="alert"><p>{escape(text)}</p></div>'

    def _watch(self) -> None:
        """Refresh for as long as the kernel's event loop runs; without one, once was enough."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return

        def look() -> None:
            if self.comm is not None:
                self.refresh()
                loop.call_later(_SECONDS_BETWEEN_LOOKS, look)

        loop.call_later(_SECONDS_BETWEEN_LOOKS, look)
