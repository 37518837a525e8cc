import numpy as np
from dataclasses import dataclass
from scipy.optimize import brentq
@dataclass(frozen=True)
class Meridian:
    R: float; zc: float; a0: float; a1: float
    bond_number: float = 0.0
    def at(self,t):
        a=self.a0+(self.a1-self.a0)*np.asarray(t); return np.array([self.R*np.cos(a), self.zc+self.R*np.sin(a)])
    def project(self,p):
        a=np.arctan2(p[1]-self.zc,p[0]); return np.clip((a-self.a0)/(self.a1-self.a0),0,1)
    @property
    def max_radius_um(self): return self.R
def free_cap(v,a,z,**k):
    h=brentq(lambda h: np.pi*h*(3*a*a+h*h)/6-v,0,1e4,xtol=1e-13); R=(a*a+h*h)/2/h; zc=z+h-R
    return Meridian(R,zc,np.arcsin(np.clip((z-zc)/R,-1,1)),np.pi/2)
def bridge(*a,**k): raise NotImplementedError
def paste_metal_volume_um3(v,f): return v*f
